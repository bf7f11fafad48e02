import PostgresClient

extension RegistryMigrations {
  /// Which tenants' tables have a row-level gate, and which nodes need one.
  static let gates = Migration(
    number: 11, name: "gates",
    statements: [
      """
      alter table registry.tenants add column gate_version integer,
        add column gate_digest bytea, add check ((gate_version is null) = (gate_digest is null))
      """,
      "alter table registry.nodes add column is_gated boolean not null default false",
      // ``Node`` reads its columns by their order.
      """
      create view registry.known_nodes as
        select id, name, host, port,
          case when host is null then \(GateSQL.isWanted) else is_gated end as is_gated
        from registry.nodes
      """,
      "grant select on registry.known_nodes to terrace_reader",
    ])
}
