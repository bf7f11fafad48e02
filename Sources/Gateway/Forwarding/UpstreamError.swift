import HTTPSupport

/// Why a request could not be forwarded, or its response not be passed on.
enum UpstreamError: Error, Equatable, Sendable {
  /// No connection could be made.
  case unreachable
  /// The same, since no address has the name.
  case unresolved
  /// The name leads to an address where no Service can be.
  case forbiddenAddress
  case connectTimeout
  /// It could not be shown to be the upstream, or it did not take us for the gateway.
  case untrusted
  /// The connection ended before the request was on its way: nobody has seen it.
  case unsent
  /// The connection, which had served others before, ended without a byte of a response: as a rule
  /// because the upstream was closing it when the request came.
  case dropped
  /// The connection ended before the response did.
  case closed
  /// The upstream broke HTTP.
  case invalidResponse
  /// The upstream wants to speak another protocol.
  case refusedUpgrade
  case headTimeout
  case idleTimeout
  /// The upstream has failed too often; it is asked again after so many seconds.
  case circuitOpen(retryAfter: Int)
  /// All connections that may be open are in use.
  case busy
  /// Whoever wanted the response has left.
  case cancelled

  /// What it is called in metrics.
  var name: String {
    switch self {
    case .unreachable: "unreachable"
    case .unresolved: "unresolved"
    case .forbiddenAddress: "forbidden_address"
    case .connectTimeout: "connect_timeout"
    case .untrusted: "untrusted"
    case .unsent: "unsent"
    case .dropped: "dropped"
    case .closed: "closed"
    case .invalidResponse: "invalid_response"
    case .refusedUpgrade: "refused_upgrade"
    case .headTimeout: "head_timeout"
    case .idleTimeout: "idle_timeout"
    case .circuitOpen: "circuit_open"
    case .busy: "busy"
    case .cancelled: "cancelled"
    }
  }

  /// Whether a request can be sent again without any risk that it does something twice.
  ///
  /// - Parameter isSafe: Whether the request only asks: RFC 9110, section 9.2.1.
  func allowsRetry(isSafe: Bool) -> Bool {
    switch self {
    case .unsent, .unreachable, .unresolved: true
    case .dropped: isSafe
    default: false
    }
  }

  /// Whether it speaks against the upstream's health.
  var isUpstreamsDoing: Bool {
    switch self {
    case .unreachable, .unresolved, .forbiddenAddress, .connectTimeout, .untrusted, .unsent,
      .dropped, .closed, .invalidResponse, .refusedUpgrade, .headTimeout, .idleTimeout:
      true
    case .circuitOpen, .busy, .cancelled: false
    }
  }
}

extension Problem {
  /// 502 where the upstream cannot be reached or answers nonsense, 504 where it takes too long,
  /// 503 where it was not asked.
  init(_ error: UpstreamError) {
    switch error {
    case .unreachable, .unresolved, .forbiddenAddress, .unsent:
      self.init(
        .badGateway, type: "upstream-unreachable", title: "The tenant's server cannot be reached")
    case .untrusted:
      self.init(
        .badGateway, type: "upstream-untrusted",
        title: "The tenant's server and the gateway do not trust each other")
    case .dropped, .closed:
      self.init(
        .badGateway, type: "upstream-closed", title: "The tenant's server broke off its answer")
    case .invalidResponse, .refusedUpgrade:
      self.init(
        .badGateway, type: "upstream-invalid-response",
        title: "The tenant's server gave no valid answer")
    case .connectTimeout:
      self.init(
        .gatewayTimeout, type: "upstream-connect-timeout",
        title: "The tenant's server takes no connections")
    case .headTimeout, .idleTimeout:
      self.init(
        .gatewayTimeout, type: "upstream-timeout", title: "The tenant's server took too long")
    case .circuitOpen(let seconds):
      self = .unavailable(
        type: "upstream-unavailable", title: "The tenant's server has failed and is being rested",
        retryAfter: seconds)
    case .busy:
      self = .unavailable(
        type: "upstream-busy", title: "Too many requests are under way to the tenant's server")
    case .cancelled:
      self = .unavailable(type: "cancelled", title: "The request was cancelled")
    }
  }
}
