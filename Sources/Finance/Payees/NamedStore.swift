import PostgresClient

/// Finds payees and tags by their names, and makes those that are new.
struct NamedStore {
  let writer: LedgerWriter

  /// Finds those payees that are there.
  static func payeeQuery(_ names: [String], in ledgerID: Int64) -> PostgresQuery {
    """
    select name_key, id from payee
    where ledger_id = \(ledgerID) and name_key = any(\(distinct(names).keys))
    """
  }

  /// Finds those tags that are there.
  static func tagQuery(_ names: [String], in ledgerID: Int64) -> PostgresQuery {
    """
    select name_key, id from tag
    where ledger_id = \(ledgerID) and name_key = any(\(distinct(names).keys))
    """
  }

  /// The ids of payees by the keys of their names.
  ///
  /// - Parameter found: of ``payeeQuery(_:in:)``. Only for names that are not there is something asked.
  func payees(_ names: [String], found: PostgresRows? = nil) async throws -> [String: Int64] {
    let ids = try found.map(Self.ids) ?? [:]
    let (names, keys) = Self.distinct(names, but: ids)
    guard !names.isEmpty else { return ids }
    let rows = try await writer.run(
      """
      insert into payee (ledger_id, name, name_key, version)
      select \(writer.ledgerID)::bigint, name, name_key, \(writer.version)::bigint
      from unnest(\(names)::text[], \(keys)::text[]) as new (name, name_key)
      on conflict (ledger_id, name_key) do nothing
      """,
      Self.payeeQuery(names, in: writer.ledgerID))
    return ids.merging(try Self.ids(rows[1])) { $1 }
  }

  /// The ids of tags by the keys of their names.
  ///
  /// - Parameter found: of ``tagQuery(_:in:)``. Only for names that are not there is something asked.
  func tags(_ names: [String], found: PostgresRows? = nil) async throws -> [String: Int64] {
    let ids = try found.map(Self.ids) ?? [:]
    let (names, keys) = Self.distinct(names, but: ids)
    guard !names.isEmpty else { return ids }
    let rows = try await writer.run(
      """
      insert into tag (ledger_id, name, name_key, version)
      select \(writer.ledgerID)::bigint, name, name_key, \(writer.version)::bigint
      from unnest(\(names)::text[], \(keys)::text[]) as new (name, name_key)
      on conflict (ledger_id, name_key) do nothing
      """,
      Self.tagQuery(names, in: writer.ledgerID))
    return ids.merging(try Self.ids(rows[1])) { $1 }
  }

  private static func distinct(
    _ names: [String], but known: [String: Int64] = [:]
  ) -> (names: [String], keys: [String]) {
    var byKey: [String: String] = [:]
    var seen: Set<String> = []
    for name in names where seen.insert(name).inserted {
      let key = NameKey.key(of: name)
      if known[key] == nil, byKey[key] == nil { byKey[key] = name }
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
