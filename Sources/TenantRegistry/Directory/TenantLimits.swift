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
}
