import PostgresClient

/// The registry's memory of which master keys it was made with.
enum MasterKeyStore {
  static let read: PostgresQuery = "select family, version, check_value from registry.master_keys"

  static func insert(_ check: MasterKeyCheck) -> PostgresQuery {
    """
    insert into registry.master_keys (family, version, check_value)
    values (\(check.family.rawValue), \(check.version), \(check.value))
    """
  }

  static func decode(_ rows: PostgresRows) throws(PostgresError) -> [MasterKeyCheck] {
    var checks: [MasterKeyCheck] = []
    for row in rows {
      checks.append(
        MasterKeyCheck(
          family: try row.decodeCase(0), version: try row.decode(1), value: try row.decode(2)))
    }
    return checks
  }
}
