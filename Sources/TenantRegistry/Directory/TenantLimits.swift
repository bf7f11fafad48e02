import HTTPSupport

/// What a tenant may have, where an admin has set it; nil is what every tenant has.
public struct TenantLimits: Sendable, Equatable, Codable {
  /// Database connections that its requests hold at once, in each process. More than the process
  /// allows any tenant has no effect.
  public var connections: Int?
  /// Requests that wait for a connection at once, in each process; further ones are a 503.
  public var queue: Int?
  /// Bytes that a request's body may have.
  public var bodyBytes: Int?
  /// Requests per second, as many of which may come at once; further ones are a 429. Each replica
  /// counts its own.
  public var requestsPerSecond: Int?

  public enum CodingKeys: String, CodingKey, CaseIterable {
    case connections, queue
    case bodyBytes = "body_bytes"
    case requestsPerSecond = "requests_per_second"
  }

  public init(
    connections: Int? = nil, queue: Int? = nil, bodyBytes: Int? = nil,
    requestsPerSecond: Int? = nil
  ) {
    self.connections = connections
    self.queue = queue
    self.bodyBytes = bodyBytes
    self.requestsPerSecond = requestsPerSecond
  }

  public static let none = TenantLimits()

  /// - Throws: ``Problem`` 422 naming every field that is out of range.
  package func checked() throws(Problem) -> TenantLimits {
    let fields = [
      (CodingKeys.connections, connections, 1...1000), (.queue, queue, 1...100_000),
      (.bodyBytes, bodyBytes, 1...(1 << 30)),
      (.requestsPerSecond, requestsPerSecond, 1...1_000_000),
    ]
    let errors = fields.compactMap { key, value, range -> Problem.FieldError? in
      guard let value, !range.contains(value) else { return nil }
      return .init(
        field: key.stringValue,
        message: "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return self
  }
}
