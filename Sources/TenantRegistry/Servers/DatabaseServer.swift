/// A Postgres server that has cells.
///
/// It is called a node in `/admin/nodes` and its JSON, in `terrace node`, in messages and in
/// `registry.nodes`, since clients and databases rely on those names.
public struct DatabaseServer: Sendable, Equatable {
  /// Where a server is reached. Its database has the same name as the registry's.
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
  /// Nil for the server that the registry itself is on.
  public let address: Address?
  /// Whether tenants' tables there need row-level security.
  let needsRowSecurity: Bool
}
