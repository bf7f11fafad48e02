import PostgresClient

/// The categories of a ledger by their names, and those that an import makes.
struct ImportCategories {
  private struct Place: Hashable {
    let parent: Int64?
    let key: String
  }

  private static let maximumName = 100

  private let writer: LedgerWriter
  private let creates: Bool
  private var byPlace: [Place: [String: Int64]] = [:]
  /// Those in a group, by their own name, unless there are several.
  private var byName: [String: [Int64]] = [:]

  init(_ writer: LedgerWriter, creates: Bool) async throws {
    self.writer = writer
    self.creates = creates
    let rows = try await writer.run(
      """
      select id, parent_id, name, kind from account
      where ledger_id = \(writer.ledgerID) and kind in ('income', 'expense') and type is null
        and not archived
      order by id
      """)[0]
    for row in rows {
      note(try row.decode(0), in: try row.decodeIfPresent(1), try row.decode(2), try row.decode(3))
    }
  }

  private mutating func note(_ id: Int64, in parent: Int64?, _ name: String, _ kind: String) {
    let key = NameKey.key(of: name)
    byPlace[Place(parent: parent, key: key), default: [:]][kind] = id
    if parent != nil { byName[key, default: []].append(id) }
  }

  /// The category that a file calls so, from the group to the category; nil if there is none, and none
  /// is to be made.
  ///
  /// - Parameter isIncome: what a new one is, and which of two is meant.
  mutating func id(of path: [String], isIncome: Bool) async throws -> Int64? {
    // Categories have two levels.
    let names = path.count > 2 ? [path[0], path[1...].joined(separator: ":")] : path
    guard let first = names.first, !first.isEmpty else { return nil }
    let kind = isIncome ? "income" : "expense"
    if names.count == 1, let id = find(first, in: nil, kind) ?? onlyChild(called: first) {
      return id
    }
    guard let parent = try await findOrMake(first, in: nil, kind) else { return nil }
    guard names.count == 2 else { return parent.id }
    return try await findOrMake(names[1], in: parent.id, parent.kind)?.id
  }

  private func find(_ name: String, in parent: Int64?, _ kind: String) -> Int64? {
    let found = byPlace[Place(parent: parent, key: NameKey.key(of: name))]
    return found?[kind] ?? found?.values.first
  }

  private func onlyChild(called name: String) -> Int64? {
    let found = byName[NameKey.key(of: name)] ?? []
    return found.count == 1 ? found[0] : nil
  }

  private mutating func findOrMake(
    _ name: String, in parent: Int64?, _ kind: String
  ) async throws -> (id: Int64, kind: String)? {
    let name = String(String.UnicodeScalarView(name.unicodeScalars.prefix(Self.maximumName)))
    if let found = byPlace[Place(parent: parent, key: NameKey.key(of: name))] {
      if let id = found[kind] { return (id, kind) }
      if let other = found.first { return (other.value, other.key) }
    }
    guard creates, !name.isEmpty else { return nil }
    let id: Int64 = try await writer.run(
      """
      insert into account (ledger_id, kind, name, currency, parent_id, version)
      values (\(writer.ledgerID), \(kind), \(name), \(Currency.none), \(parent), \(writer.version))
      returning id
      """)[0][0].decode(0)
    note(id, in: parent, name, kind)
    return (id, kind)
  }
}
