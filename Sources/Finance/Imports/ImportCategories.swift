/// The categories of a ledger, by the names that a file has for them.
struct CategoryNames: Sendable {
  struct Place: Hashable {
    let parent: Int64?
    let key: String
  }

  private var byPlace: [Place: [Category.Kind: Int64]] = [:]
  /// Those in a group, by their own name, unless there are several.
  private var byName: [String: [Int64]] = [:]

  init(_ categories: some Sequence<Category>) {
    for category in categories where !category.isArchived {
      note(category.id, in: category.parentID, category.name, category.kind)
    }
  }

  mutating func note(_ id: Int64, in parent: Int64?, _ name: String, _ kind: Category.Kind) {
    let key = NameKey.key(of: name)
    byPlace[Place(parent: parent, key: key), default: [:]][kind] = id
    if parent != nil { byName[key, default: []].append(id) }
  }

  /// The names of the group and of the category in it, or one of the two: categories have two levels.
  static func levels(_ path: [String]) -> [String] {
    path.count > 2 ? [path[0], path[1...].joined(separator: ":")] : path
  }

  /// The category that a file calls so, from the group to the category; nil if there is none.
  ///
  /// - Parameter isIncome: which of two is meant.
  func id(of path: [String], isIncome: Bool) -> Int64? {
    let names = Self.levels(path)
    guard let first = names.first, !first.isEmpty else { return nil }
    let kind: Category.Kind = isIncome ? .income : .expense
    guard names.count == 2 else {
      return find(first, in: nil, kind)?.id ?? onlyChild(called: first)
    }
    return find(first, in: nil, kind).flatMap { find(names[1], in: $0.id, $0.kind)?.id }
  }

  /// The one of the kind, if there are two.
  func find(
    _ name: String, in parent: Int64?, _ kind: Category.Kind
  ) -> (id: Int64, kind: Category.Kind)? {
    let found = byPlace[Place(parent: parent, key: NameKey.key(of: name))]
    if let id = found?[kind] { return (id, kind) }
    return found?.first.map { ($0.value, $0.key) }
  }

  private func onlyChild(called name: String) -> Int64? {
    let found = byName[NameKey.key(of: name)] ?? []
    return found.count == 1 ? found[0] : nil
  }
}

/// The categories of a ledger by their names, and those that an import makes.
struct ImportCategories {
  private static let maximumName = 100

  private let writer: LedgerWriter
  private let creates: Bool
  private var names: CategoryNames

  init(_ writer: LedgerWriter, creates: Bool) async throws {
    self.writer = writer
    self.creates = creates
    names = CategoryNames(try await writer.categories().inOrder)
  }

  /// The category that a file calls so, from the group to the category; nil if there is none, and none
  /// is to be made.
  ///
  /// - Parameter isIncome: what a new one is, and which of two is meant.
  mutating func id(of path: [String], isIncome: Bool) async throws -> Int64? {
    if let id = names.id(of: path, isIncome: isIncome) { return id }
    let levels = CategoryNames.levels(path)
    guard let first = levels.first, !first.isEmpty,
      let parent = try await findOrMake(first, in: nil, isIncome ? .income : .expense)
    else { return nil }
    guard levels.count == 2 else { return parent.id }
    return try await findOrMake(levels[1], in: parent.id, parent.kind)?.id
  }

  private mutating func findOrMake(
    _ name: String, in parent: Int64?, _ kind: Category.Kind
  ) async throws -> (id: Int64, kind: Category.Kind)? {
    let name = String(String.UnicodeScalarView(name.unicodeScalars.prefix(Self.maximumName)))
    if let found = names.find(name, in: parent, kind) { return found }
    guard creates, !name.isEmpty else { return nil }
    // One draft is one category.
    let id = try await writer.insertCategories([
      CategoryDraft(name: name, kind: kind, parentID: parent)
    ])[0]
    names.note(id, in: parent, name, kind)
    return (id, kind)
  }
}
