/// What one scope may have of a pool, where it differs from the others.
public struct ScopeLimits: Sendable, Hashable {
  /// Connections at once; nil, or more than the others may have, is as many as they.
  public var connections: Int?
  /// Requests that wait at once; nil is as many as of the others.
  public var waiters: Int?

  public init(connections: Int? = nil, waiters: Int? = nil) {
    self.connections = connections
    self.waiters = waiters
  }
}
