import Foundation
import PostgresClient
import Tenancy

/// Reads what gateways need of the registry, as `terrace_reader`.
struct DirectoryStore: Sendable {
  let database: PostgresDatabase

  /// What changed after `revision`, in one round trip and one snapshot.
  func changes(since revision: Int64) async throws -> DirectoryChanges {
    let results = try await database.transaction([
      "set transaction isolation level repeatable read, read only",
      "select value from registry.revision",
      "select id, key_version from registry.cells where revision > \(revision)",
      """
      select id, display_name, state, isolation, served_by, schema_name, namespace, cell_id,
        time_zone, currency, registration, schema_version, revision
      from registry.tenants where revision > \(revision)
      """,
      """
      select h.tenant_id, h.name, h.kind from registry.hosts h
      join registry.tenants t on t.id = h.tenant_id where t.revision > \(revision)
      """,
      """
      select k.tenant_id, k.kid, k.state, k.family, k.key_version, k.sealed
      from registry.signing_keys k join registry.tenants t on t.id = k.tenant_id
      where t.revision > \(revision) and k.state in ('next', 'active', 'retiring')
      """,
      MasterKeyStore.read,
    ])
    return DirectoryChanges(
      revision: try results[1][0].decode(0),
      cells: try results[2].map { Cell(id: try $0.decode(0), keyVersion: try $0.decode(1)) },
      tenants: try results[3].map(Self.tenant),
      hosts: try Self.byTenant(results[4]) { row, _ in
        .init(name: try row.decode(1), kind: try row.decodeCase(2))
      },
      signingKeys: try Self.byTenant(results[5]) { row, tenant in
        SealedSigningKey(
          tenant: tenant, kid: try row.decode(1), state: try row.decodeCase(2),
          family: try row.decodeCase(3), keyVersion: try row.decode(4), sealed: try row.decode(5))
      },
      masterKeys: try MasterKeyStore.decode(results[6]))
  }

  private static func tenant(_ row: PostgresRow) throws -> DirectoryChanges.TenantRow {
    DirectoryChanges.TenantRow(
      id: TenantID(try row.decode(0, as: UUID.self)), displayName: try row.decode(1),
      state: try row.decodeCase(2), isolation: try row.decodeCase(3),
      servedBy: try row.decodeCase(4), schema: try row.decode(5), namespace: try row.decode(6),
      cell: try row.decode(7), timeZone: try row.decode(8), currency: try row.decode(9),
      registration: try row.decodeCase(10), schemaVersion: try row.decode(11),
      revision: try row.decode(12))
  }

  /// Groups rows by the tenant id in their first column.
  private static func byTenant<Value>(
    _ rows: PostgresRows, _ value: (PostgresRow, TenantID) throws -> Value
  ) throws -> [TenantID: [Value]] {
    var values: [TenantID: [Value]] = [:]
    for row in rows {
      let tenant = TenantID(try row.decode(0, as: UUID.self))
      values[tenant, default: []].append(try value(row, tenant))
    }
    return values
  }
}
