import PostgresClient

/// Finds payees and tags by their names, and makes those that are new.
struct NamedStore {
  let writer: LedgerWriter

  /// The ids of payees by the keys of their names.
  func payees(_ names: [String]) async throws -> [String: Int64] {
    let (names, keys) = Self.distinct(names)
    guard !names.isEmpty else { return [:] }
    let rows = try await writer.run(
      """
      insert into payee (ledger_id, name, name_key, version)
      select \(writer.ledgerID)::bigint, name, name_key, \(writer.version)::bigint
      from unnest(\(names)::text[], \(keys)::text[]) as new (name, name_key)
      on conflict (ledger_id, name_key) do nothing
      """,
      """
      select name_key, id from payee
      where ledger_id = \(writer.ledgerID) and name_key = any(\(keys))
      """)
    return try Self.ids(rows[1])
  }

  /// The ids of tags by the keys of their names.
  func tags(_ names: [String]) async throws -> [String: Int64] {
    let (names, keys) = Self.distinct(names)
    guard !names.isEmpty else { return [:] }
    let rows = try await writer.run(
      """
      insert into tag (ledger_id, name, name_key, version)
      select \(writer.ledgerID)::bigint, name, name_key, \(writer.version)::bigint
      from unnest(\(names)::text[], \(keys)::text[]) as new (name, name_key)
      on conflict (ledger_id, name_key) do nothing
      """,
      """
      select name_key, id from tag
      where ledger_id = \(writer.ledgerID) and name_key = any(\(keys))
      """)
    return try Self.ids(rows[1])
  }

  private static func distinct(_ names: [String]) -> (names: [String], keys: [String]) {
    var byKey: [String: String] = [:]
    for name in names {
      let key = NameKey.key(of: name)
      if byKey[key] == nil { byKey[key] = name }
    }
    let sorted = byKey.sorted { $0.key < $1.key }
    return (sorted.map(\.value), sorted.map(\.key))
  }

  private static func ids(_ rows: PostgresRows) throws -> [String: Int64] {
    var ids: [String: Int64] = [:]
    for row in rows { ids[try row.decode(0)] = try row.decode(1, as: Int64.self) }
    return ids
  }
}
