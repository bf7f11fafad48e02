import Foundation
import Tenancy

/// What money comes from or goes to.
package struct Category: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case income, expense
  }

  package let id: Int64
  package let name: String
  package let kind: Kind
  /// The group that it is in. A group is in none.
  package let parentID: Int64?
  /// Whether it takes no new transactions.
  package let isArchived: Bool
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
}

/// A category as somebody wants it to be.
package struct CategoryDraft: Sendable, Hashable {
  package var name: String
  package var kind: Category.Kind
  package var parentID: Int64?
  package var isArchived: Bool

  package init(
    name: String, kind: Category.Kind, parentID: Int64? = nil, isArchived: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.parentID = parentID
    self.isArchived = isArchived
  }
}

/// A change of a category. What it does not name stays as it is.
package struct CategoryPatch: Sendable {
  package var name: String?
  package var parentID: Change<Int64> = .keep
  package var isArchived: Bool?

  package init() {}
}

/// All categories of a ledger, which a change must fit in with.
struct CategoryTree {
  private let categories: [Int64: Category]

  init(_ categories: [Category]) {
    self.categories = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, $0) })
  }

  subscript(id: Int64) -> Category? { categories[id] }

  /// The oldest first.
  var inOrder: [Category] { categories.values.sorted { $0.id < $1.id } }

  /// The category of this name in a group; nil is those that are in none.
  func category(named name: String, _ kind: Category.Kind, in parentID: Int64?) -> Category? {
    let key = NameKey.key(of: name)
    return categories.values.first {
      $0.kind == kind && $0.parentID == parentID && NameKey.key(of: $0.name) == key
    }
  }

  func children(of id: Int64) -> [Category] {
    categories.values.filter { $0.parentID == id }.sorted { $0.id < $1.id }
  }

  /// What is wrong with a category beside all others.
  ///
  /// - Parameter id: the category's own, if it is there already.
  func faults(of draft: CategoryDraft, _ id: Int64? = nil) -> [InvalidInput.Fault] {
    var faults: [InvalidInput.Fault] = []
    let siblings = categories.values.filter {
      $0.id != id && $0.kind == draft.kind && $0.parentID == draft.parentID
    }
    let key = NameKey.key(of: draft.name)
    if siblings.contains(where: { NameKey.key(of: $0.name) == key }) {
      faults.append(.init(["name"], "is the name of another category beside it"))
    }
    if let parentID = draft.parentID, let message = parentFault(parentID, of: draft, id) {
      faults.append(.init(["parent_id"], message))
    }
    return faults
  }

  private func parentFault(
    _ parentID: Int64, of draft: CategoryDraft, _ id: Int64?
  ) -> String? {
    guard let parent = categories[parentID] else { return "is no category of this ledger" }
    if parentID == id { return "must be another category" }
    if parent.parentID != nil { return "is in a group itself, and there are two levels" }
    if parent.kind != draft.kind { return "must be of the same kind" }
    if let id, !children(of: id).isEmpty {
      return "must be null where a category has others in it, since there are two levels"
    }
    return nil
  }
}
