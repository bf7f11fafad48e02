import Finance
import Tenancy

/// The categories: those that money goes to, and those that it comes from.
struct CategoriesPage: Sendable {
  struct Line: Sendable {
    let name: String
    let changing: String
    let isChild: Bool
    let isGroup: Bool
    let itsTransactions: String
  }

  struct Group: Sendable {
    let groupName: String
    let lines: [Line]
    let isWithoutLines: Bool
  }

  let notice: Notice?
  let action: String
  let canWrite: Bool
  let typedName: String
  let groupChoices: [Choice]
  let nameFault: String?
  let groupFault: String?
  let groups: [Group]
  let archived: [Line]
  let hasArchived: Bool
  /// Where a set to begin with comes from, as long as there are none.
  let starting: String?

  init(
    _ categories: [Category], _ form: CategoryForm, _ faults: CategoryForm.Faults,
    _ notice: Notice?, _ visit: LedgerVisit
  ) {
    let words = visit.words.categoryWords
    self.notice = notice
    action = visit.link("/categories")
    canWrite = visit.canWrite
    typedName = form.name
    groupChoices = Self.places(categories, form, words)
    nameFault = faults.name
    groupFault = faults.group ?? faults.general
    let tree = CategoryNames(categories)
    func line(_ category: Category) -> Line {
      Line(
        name: category.name, changing: visit.link("/categories/\(category.id)"),
        isChild: category.parentID != nil, isGroup: !tree.children(of: category).isEmpty,
        itsTransactions: visit.link("/transactions?category=\(category.id)"))
    }
    let kinds: [(Category.Kind, String)] = [
      (.expense, words.spendingKind), (.income, words.incomeKind),
    ]
    groups = kinds.map { kind, name in
      let lines = tree.inOrder.filter { $0.kind == kind && !$0.isArchived }.map(line)
      return Group(groupName: name, lines: lines, isWithoutLines: lines.isEmpty)
    }
    archived = tree.inOrder.filter(\.isArchived).map(line)
    hasArchived = !archived.isEmpty
    starting = visit.canWrite && categories.isEmpty ? visit.link("/categories/starters") : nil
  }

  /// Where a new one goes: beside the others of a kind, or into a group.
  private static func places(
    _ categories: [Category], _ form: CategoryForm, _ words: CategoryWords
  ) -> [Choice] {
    let tree = CategoryNames(categories)
    let kinds: [(Category.Kind, String)] = [
      (.expense, words.spendingKind), (.income, words.incomeKind),
    ]
    return kinds.flatMap { kind, name in
      [
        Choice(
          value: kind.rawValue, label: name,
          isChosen: form.parent == nil && form.kind == kind)
      ]
        + tree.tops.filter { $0.kind == kind && !$0.isArchived }.map { top in
          Choice(
            value: String(top.id), label: "\(name): \(top.name)", isChosen: top.id == form.parent)
        }
    }
  }
}

/// Categories by name, each after the group that it is in.
struct CategoryNames: Sendable {
  let tops: [Category]
  private let inside: [Int64: [Category]]

  init(_ categories: [Category]) {
    let sorted = categories.sorted { ($0.name.lowercased(), $0.id) < ($1.name.lowercased(), $1.id) }
    tops = sorted.filter { $0.parentID == nil }
    inside = Dictionary(grouping: sorted.filter { $0.parentID != nil }) { $0.parentID ?? 0 }
  }

  func children(of category: Category) -> [Category] { inside[category.id] ?? [] }

  var inOrder: [Category] { tops.flatMap { [$0] + children(of: $0) } }
}
