import Foundation
import PostgresClient
import Tenancy

/// Reads the rows that a directory is made of, from the registry's tables or from a dedicated
/// tenant's own views.
enum DirectoryRows {
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
