import Foundation
import PostgresClient
import Tenancy

/// Reads the rows that a directory is made of, from the registry's tables or from a dedicated
/// tenant's own views, which have the same columns in the same order.
enum DirectoryRows {
  static func tenant(_ row: PostgresRow) throws -> DirectoryChanges.TenantRow {
    DirectoryChanges.TenantRow(
      id: TenantID(try row.decode(0, as: UUID.self)), displayName: try row.decode(1),
      state: try row.decodeCase(2), isolation: try row.decodeCase(3),
      servedBy: try row.decodeCase(4), schema: try row.decode(5), namespace: try row.decode(6),
      cell: try row.decode(7), timeZone: try row.decode(8), currency: try row.decode(9),
      registration: try row.decodeCase(10), schemaVersion: try row.decode(11),
      revision: try row.decode(12), limits: try TenantLimits(row, from: 13),
      gateVersion: try row.decodeIfPresent(17))
  }

  static func hosts(_ rows: PostgresRows) throws -> [TenantID: [DirectoryChanges.Host]] {
    try byTenant(rows) { row, _ in .init(name: try row.decode(1), kind: try row.decodeCase(2)) }
  }

  static func signingKeys(_ rows: PostgresRows) throws -> [TenantID: [SealedSigningKey]] {
    try byTenant(rows, signingKey)
  }

  static func signingKey(_ row: PostgresRow, _ tenant: TenantID) throws -> SealedSigningKey {
    SealedSigningKey(
      tenant: tenant, kid: try row.decode(1), state: try row.decodeCase(2),
      expires: try row.decodeIfPresent(3),
      holder: KeyHolder(credential: try row.decodeIfPresent(4)), keyVersion: try row.decode(5),
      sealed: try row.decode(6))
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
