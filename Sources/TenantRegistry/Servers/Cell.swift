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
