import PostgresClient

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
