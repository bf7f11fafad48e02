/// A Postgres server that has cells.
public struct Node: Sendable, Equatable {
  /// Where a node is reached. Its database has the same name as the registry's.
  public struct Address: Sendable, Hashable {
    /// A host name or address, or the absolute path of a Unix socket's folder.
    public let host: String
    public let port: Int

    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  let id: Int
  public let name: String
  /// Nil for the node that the registry itself is on.
  public let address: Address?
  /// Whether tenants' tables there need row-level security.
  let needsRowSecurity: Bool
}
