import Foundation
import HTTPSupport
import PostgresClient

/// The nodes that the registry knows.
struct DatabaseServerStore: Sendable {
  /// The registry's database, as the owner.
  let database: PostgresDatabase

  func nodes() async throws -> [DatabaseServer] {
    try await database.query(
      "select id, name, host, port, is_gated from registry.known_nodes order by id"
    ).map { try DatabaseServer($0) }
  }

  /// Whether the node's database is one that has a registry (this one, by another name, or another
  /// installation's), and whether its tenants need row-level security.
  func look(at address: DatabaseServer.Address) async throws -> (
    hasRegistry: Bool, needsRowSecurity: Bool
  ) {
    let row = try await database.on(host: address.host, port: address.port).query(
      .init(
        unsafeSQL: "select to_regnamespace('registry') is not null, \(RowSecurityPolicy.isRequired)"
      ))[0]
    return (try row.decode(0), try row.decode(1))
  }

  /// Why the server there cannot be the node with that name; nil if it can. A node's tenants are
  /// where it is.
  ///
  /// - Returns: nil as well where there is no such node.
  func refusal(of name: String, at address: DatabaseServer.Address) async throws -> String? {
    let schemas: [String] = try await database.query(
      """
      select t.schema_name from registry.tenants t
      join registry.cells c on c.id = t.cell_id
      join registry.nodes n on n.id = c.node_id
      where n.name = \(name) and t.state not in ('provisioning', 'deleted')
      """
    ).map { try $0.decode(0) }
    return try await database.on(host: address.host, port: address.port).query(
      """
      select case when pg_is_in_recovery() then 'it is a standby, which takes no writes'
        else 'it has no schema ' || (select string_agg(name, ', ')
          from (select name from unnest(\(schemas)::text[]) name
            where to_regnamespace(quote_ident(name)) is null order by 1 limit 5) missing) end
      """)[0].decodeIfPresent(0)
  }

  /// Writes a node's new address down, and has the gateways read its cells again.
  ///
  /// - Returns: the node, and the revision from which on it is there; nil if there is no such node,
  ///   if it is the registry's own, or if another has the address.
  func relocate(
    _ name: String, to address: DatabaseServer.Address, actor: String,
    if precondition: Precondition<DatabaseServer>?
  ) async throws -> (node: DatabaseServer, revision: Int64)? {
    let node = try await database.withTransaction { transaction -> DatabaseServer? in
      let found = try await transaction.query([Self.lock, Self.byName(name)])
      guard let row = found[1].first else { return nil }
      try precondition?(try DatabaseServer(row))
      try await transaction.query(Self.tenantLocks(name))
      let results = try await transaction.query(
        try Self.relocation(of: name, to: address, actor: actor) + [Self.byName(name)])
      return results[0].isEmpty ? nil : try results.last?.first.map { try DatabaseServer($0) }
    }
    guard let node else { return nil }
    let revision = try await database.query("select value from registry.revision")
    return (node, try revision[0].decode(0))
  }

  /// Lock the node's tenants. At its end the relocation stamps the registry's revision, and then
  /// them; whoever changes one has locked it before it stamps the revision, and must not meet the
  /// relocation with each waiting for the other. The cells come first, so that no tenant is added to
  /// them meanwhile.
  private static func tenantLocks(_ name: String) -> [PostgresQuery] {
    [
      """
      select from registry.cells
      where node_id = (select id from registry.nodes where name = \(name)) for update
      """,
      """
      select from registry.tenants where cell_id in (select c.id from registry.cells c
        join registry.nodes n on n.id = c.node_id where n.name = \(name))
      for no key update
      """,
    ]
  }

  /// The first of the statements returns a row if the address is the node's from now on; if not, the
  /// others do nothing.
  private static func relocation(
    of name: String, to address: DatabaseServer.Address, actor: String
  ) throws -> [PostgresQuery] {
    let details = String(
      decoding: try JSON.encoder.encode([
        "name": name, "host": address.host, "port": String(address.port),
      ]), as: UTF8.self)
    return [
      """
      update registry.nodes set host = \(address.host), port = \(address.port)
      where name = \(name) and host is not null and not exists (
        select from registry.nodes where name <> \(name)
          and (host, port) = (\(address.host), \(address.port)))
      returning id
      """,
      """
      update registry.cells set node_id = node_id
      where node_id in (select id from registry.nodes
        where name = \(name) and (host, port) = (\(address.host), \(address.port)))
      """,
      """
      insert into registry.audit_log (actor, action, details)
      select \(actor), 'node.relocate', \(details)::jsonb from registry.nodes
      where name = \(name) and (host, port) = (\(address.host), \(address.port))
      """,
    ]
  }

  /// Writes the node down, unless its name or its address is there already.
  ///
  /// - Returns: the node that has the name or the address, and whether it is new.
  func add(
    _ name: String, _ address: DatabaseServer.Address, needsRowSecurity: Bool, actor: String
  ) async throws -> (node: DatabaseServer, isNew: Bool) {
    let details = String(
      decoding: try JSON.encoder.encode(["name": name, "host": address.host]), as: UTF8.self)
    let results = try await database.transaction([
      Self.lock,
      """
      insert into registry.nodes (id, name, host, port, is_gated)
      select max(id) + 1, \(name), \(address.host), \(address.port), \(needsRowSecurity)
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
    return (try DatabaseServer(results[3][0]), !results[1].isEmpty)
  }

  /// Whoever changes nodes waits for whoever has it; readers do not.
  private static let lock: PostgresQuery = "lock table registry.nodes in share row exclusive mode"

  private static func byName(_ name: String) -> PostgresQuery {
    "select id, name, host, port, is_gated from registry.known_nodes where name = \(name)"
  }
}
