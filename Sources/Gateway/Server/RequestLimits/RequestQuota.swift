import HTTPSupport
import HTTPTypes

/// What a tenant with a limit of requests per second is told of it, in the fields of
/// draft-ietf-httpapi-ratelimit-headers-11. The limit is that of each replica.
struct RequestQuota: Sendable, Equatable {
  /// Requests per second, as many of which may come at once.
  let rate: Int
  /// How many may come just now.
  let left: Int

  /// The window is the time in which an empty quota fills.
  func describe(in fields: inout HTTPFields) {
    fields[.rateLimitPolicy] = "\"tenant\";q=\(rate);w=1"
    fields[.rateLimit] = "\"tenant\";r=\(left);t=1"
  }

  /// The answer to a request that is one too many. At any rate there is room for one a second later.
  var exceeded: Problem {
    var problem = Problem.tooManyRequests(
      detail: """
        The tenant may make \(rate) requests per second. Each replica of the server counts those \
        that come to it.
        """)
    describe(in: &problem.headers)
    return problem
  }
}

extension HTTPField.Name {
  // Both are tokens, so that the initializer cannot fail.
  static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
  static let rateLimit = HTTPField.Name("RateLimit")!
}
