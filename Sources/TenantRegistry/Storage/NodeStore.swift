import Foundation
import HTTPSupport
import PostgresClient

/// The nodes that the registry knows.
struct NodeStore: Sendable {
  /// The registry's database, as `terrace_owner`.
  let database: PostgresDatabase

  func nodes() async throws -> [Node] {
    try await database.query(
      "select id, name, host, port, is_gated from registry.known_nodes order by id"
    ).map { try Node($0) }
  }

  /// Whether the node's database is one that has a registry (this one, by another name, or another
  /// installation's), and whether its tenants need a row-level gate.
  func look(at address: Node.Address) async throws -> (hasRegistry: Bool, isGated: Bool) {
    let row = try await database.on(host: address.host, port: address.port).query(
      .init(unsafeSQL: "select to_regnamespace('registry') is not null, \(GateSQL.isWanted)"))[0]
    return (try row.decode(0), try row.decode(1))
  }

  /// Writes the node down, unless its name or its address is there already.
  ///
  /// - Returns: the node that has the name or the address, and whether it is new.
  func add(
    _ name: String, _ address: Node.Address, isGated: Bool, actor: String
  ) async throws -> (node: Node, isNew: Bool) {
    let details = String(
      decoding: try JSON.encoder.encode(["name": name, "host": address.host]), as: UTF8.self)
    let results = try await database.transaction([
      "lock table registry.nodes in share row exclusive mode",
      """
      insert into registry.nodes (id, name, host, port, is_gated)
      select max(id) + 1, \(name), \(address.host), \(address.port), \(isGated)
      from registry.nodes
      on conflict do nothing returning id
      """,
      """
      insert into registry.audit_log (actor, action, details)
      select \(actor), 'node.add', \(details)::jsonb
      """,
      """
      select id, name, host, port, is_gated from registry.known_nodes
      where name = \(name) or (host, port) = (\(address.host), \(address.port))
      order by name = \(name) desc limit 1
      """,
    ])
    return (try Node(results[3][0]), !results[1].isEmpty)
  }
}
