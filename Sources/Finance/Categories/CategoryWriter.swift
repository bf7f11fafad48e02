import PostgresClient
import Tenancy

/// Writes the categories of one ledger.
extension LedgerWriter {
  /// Adds a category.
  ///
  /// - Throws: ``InvalidInput`` with all that is wrong.
  package func createCategory(_ draft: CategoryDraft) async throws -> Category {
    let faults = try await categories().faults(of: draft)
    guard faults.isEmpty else { throw InvalidInput(faults) }
    // One draft is one category.
    let id = try await insertCategories([draft])[0]
    return try await category(id, in: categories())
  }

  /// Adds categories as they are: it is known that they fit in.
  ///
  /// - Returns: their ids, in order.
  func insertCategories(_ drafts: [CategoryDraft]) async throws -> [Int64] {
    guard !drafts.isEmpty else { return [] }
    return try await run(
      """
      insert into account (ledger_id, kind, name, currency, parent_id, archived, version)
      select \(ledgerID)::bigint, kind, name, \(Currency.none), parent, archived::boolean,
        \(version)::bigint
      from unnest(
        \(drafts.map(\.kind.rawValue))::text[], \(drafts.map(\.name))::text[],
        \(drafts.map(\.parentID))::bigint[], \(drafts.map { String($0.isArchived) })::text[])
        with ordinality as new (kind, name, parent, archived, place)
      order by place
      returning id
      """)[0].map { try $0.decode(0) }
  }

  /// Changes a category.
  ///
  /// - Throws: ``NotFound``, ``InvalidInput`` with all that is wrong; what `check` throws.
  package func updateCategory(
    _ id: Int64, _ patch: CategoryPatch, check: (Category) throws -> Void = { _ in }
  ) async throws -> Category {
    let tree = try await categories()
    let old = try category(id, in: tree)
    try check(old)
    let draft = CategoryDraft(
      name: patch.name ?? old.name, kind: old.kind,
      parentID: patch.parentID.applied(to: old.parentID),
      isArchived: patch.isArchived ?? old.isArchived)
    let standing = CategoryDraft(
      name: old.name, kind: old.kind, parentID: old.parentID, isArchived: old.isArchived)
    guard draft != standing else { return old }
    let faults = tree.faults(of: draft, id)
    guard faults.isEmpty else { throw InvalidInput(faults) }
    try await run(
      """
      update account set name = \(draft.name), parent_id = \(draft.parentID),
        archived = \(draft.isArchived), version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return try await category(id, in: categories())
  }

  /// Removes a category that nothing is in. Rules and recurrences go on without it.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if it has transactions or other categories: it can be
  ///   archived or merged instead; what `check` throws.
  package func deleteCategory(
    _ id: Int64, check: (Category) throws -> Void = { _ in }
  ) async throws {
    let tree = try await categories()
    try check(try category(id, in: tree))
    guard tree.children(of: id).isEmpty else {
      throw BooksConflict(
        "category-in-use", "The category has others in it. It can be archived or merged instead.")
    }
    guard try await transactions(in: id).isEmpty else {
      throw BooksConflict(
        "category-in-use",
        """
        The category has transactions, which may be deleted ones. It can be archived or merged \
        instead.
        """)
    }
    try await follow(.id(id, to: nil))
    try await remove(id)
  }

  /// Moves all that is in a category to another one, deleted transactions included, and removes it.
  ///
  /// What a reconciliation has locked moves as well: a category says nothing of an account. What was
  /// assigned to it is added to what was assigned to the other one, whose policy stays if it has one.
  /// Rules, recurrences and previews of imports name the other one from now on.
  ///
  /// - Returns: the other category.
  /// - Throws: ``NotFound``; ``InvalidInput`` if the other one cannot take it; ``BooksConflict`` if
  ///   both have a category of the same name in them.
  package func mergeCategory(_ id: Int64, into other: Int64) async throws -> Category {
    let tree = try await categories()
    let children = tree.children(of: id)
    try check(merging: try category(id, in: tree), into: other, tree)
    let moved = try await transactions(in: id)
    try await run(
      BookStore.takeBackSums(of: moved), BookStore.move(moved, from: id, to: other),
      BookStore.addSums(of: moved),
      """
      update transaction set version = \(version), updated_at = now() where id = any(\(moved))
      """,
      """
      update account set parent_id = \(other), version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = any(\(children.map(\.id)))
      """)
    try await moveBudgets(of: id, to: other)
    try await follow(.id(id, to: other))
    try await run(
      """
      update import_row set category_id = \(other)
      from import i
      where i.ledger_id = \(ledgerID) and i.state = 'preview' and import_row.import_id = i.id
        and import_row.category_id = \(id)
      """)
    try await remove(id)
    return try await category(other, in: categories())
  }

  private func check(
    merging category: Category, into other: Int64, _ tree: CategoryTree
  ) throws {
    guard other != category.id else { throw InvalidInput("into", "must be another category") }
    guard let target = tree[other] else {
      throw InvalidInput("into", "is no category of this ledger")
    }
    guard target.kind == category.kind else {
      throw InvalidInput("into", "must be of the same kind")
    }
    let children = tree.children(of: category.id)
    guard children.isEmpty || target.parentID == nil else {
      throw InvalidInput("into", "is in a group itself, and cannot take those in the category")
    }
    let taken = Set(tree.children(of: other).map { NameKey.key(of: $0.name) })
    if let both = children.first(where: { taken.contains(NameKey.key(of: $0.name)) }) {
      throw BooksConflict(
        "category-name-taken",
        "Both have a category “\(both.name)” in them. Merge these two first, or rename one.")
    }
  }

  func categories() async throws -> CategoryTree {
    CategoryTree(try await run(CategoryStore.query(in: ledgerID))[0].map(Category.init))
  }

  private func category(_ id: Int64, in tree: CategoryTree) throws -> Category {
    guard let category = tree[id] else { throw NotFound() }
    return category
  }

  /// All that have an entry of the category, deleted ones too, each part by an index.
  private func transactions(in category: Int64) async throws -> [Int64] {
    try await run(
      """
      select transaction_id from entry where from_account = \(category) and not deleted
      union select transaction_id from entry where to_account = \(category) and not deleted
      union select e.transaction_id from transaction t join entry e on e.transaction_id = t.id
        where t.ledger_id = \(ledgerID) and t.deleted_at is not null
          and (e.from_account = \(category) or e.to_account = \(category))
      """)[0].map { try $0.decode(0) }
  }

  /// Removes a category that has no entries; its sums are zero.
  private func remove(_ category: Int64) async throws {
    try await run(
      removeBudgets(of: category),
      "delete from account_month where ledger_id = \(ledgerID) and account_id = \(category)",
      "delete from account where ledger_id = \(ledgerID) and id = \(category)",
      noteDeletion(of: "category", category))
  }
}
