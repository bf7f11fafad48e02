import PostgresClient

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

/// A bounded group of tenants that share a login, and so a connection pool.
struct Cell: Sendable, Equatable {
  /// How many tenants a cell takes. The first SET ROLE of a backend grows with the roles that its
  /// login has: 7 ms for 1,000 of them, 580 ms for 10,000 (PostgreSQL 15).
  static let capacity = 500

  let id: Int
  let login: String
  /// The version of the shared master key that the login's password is derived from.
  let keyVersion: Int
  /// The server that its tenants are on.
  let server: DatabaseServer

  /// Whether its server is the registry's, too.
  var isHere: Bool { server.address == nil }
}

extension DatabaseServer {
  /// Reads the columns `id, name, host, port, is_gated` of `registry.known_nodes`, from column `first` on.
  init(_ row: PostgresRow, from first: Int = 0) throws(PostgresError) {
    var address: Address?
    if let host = try row.decodeIfPresent(first + 2, as: String.self) {
      address = Address(host: host, port: try row.decode(first + 3))
    }
    self.init(
      id: try row.decode(first), name: try row.decode(first + 1), address: address,
      needsRowSecurity: try row.decode(first + 4))
  }
}

extension Cell {
  /// Reads the columns `id, login, key_version` of `registry.cells` and those of its server.
  init(_ row: PostgresRow, from first: Int = 0) throws(PostgresError) {
    self.init(
      id: try row.decode(first), login: try row.decode(first + 1),
      keyVersion: try row.decode(first + 2), server: try DatabaseServer(row, from: first + 3))
  }
}

extension PostgresDatabase {
  /// The same login's door to that server's database.
  func on(_ server: DatabaseServer) -> PostgresDatabase {
    server.address.map { on(host: $0.host, port: $0.port) } ?? self
  }
}
