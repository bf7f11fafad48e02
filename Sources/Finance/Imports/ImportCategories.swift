/// The categories of a ledger by their names, and those that an import makes.
struct ImportCategories {
  private struct Place: Hashable {
    let parent: Int64?
    let key: String
  }

  private static let maximumName = 100

  private let writer: LedgerWriter
  private let creates: Bool
  private var byPlace: [Place: [Category.Kind: Int64]] = [:]
  /// Those in a group, by their own name, unless there are several.
  private var byName: [String: [Int64]] = [:]

  init(_ writer: LedgerWriter, creates: Bool) async throws {
    self.writer = writer
    self.creates = creates
    for category in try await writer.categories().inOrder where !category.isArchived {
      note(category.id, in: category.parentID, category.name, category.kind)
    }
  }

  private mutating func note(_ id: Int64, in parent: Int64?, _ name: String, _ kind: Category.Kind)
  {
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
    let kind: Category.Kind = isIncome ? .income : .expense
    if names.count == 1, let id = find(first, in: nil, kind) ?? onlyChild(called: first) {
      return id
    }
    guard let parent = try await findOrMake(first, in: nil, kind) else { return nil }
    guard names.count == 2 else { return parent.id }
    return try await findOrMake(names[1], in: parent.id, parent.kind)?.id
  }

  private func find(_ name: String, in parent: Int64?, _ kind: Category.Kind) -> Int64? {
    let found = byPlace[Place(parent: parent, key: NameKey.key(of: name))]
    return found?[kind] ?? found?.values.first
  }

  private func onlyChild(called name: String) -> Int64? {
    let found = byName[NameKey.key(of: name)] ?? []
    return found.count == 1 ? found[0] : nil
  }

  private mutating func findOrMake(
    _ name: String, in parent: Int64?, _ kind: Category.Kind
  ) async throws -> (id: Int64, kind: Category.Kind)? {
    let name = String(String.UnicodeScalarView(name.unicodeScalars.prefix(Self.maximumName)))
    if let found = byPlace[Place(parent: parent, key: NameKey.key(of: name))] {
      if let id = found[kind] { return (id, kind) }
      if let other = found.first { return (other.value, other.key) }
    }
    guard creates, !name.isEmpty else { return nil }
    // One draft is one category.
    let id = try await writer.insertCategories([
      CategoryDraft(name: name, kind: kind, parentID: parent)
    ])[0]
    note(id, in: parent, name, kind)
    return (id, kind)
  }
}
