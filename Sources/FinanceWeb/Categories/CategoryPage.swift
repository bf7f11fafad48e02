import Finance
import Tenancy

/// The form of a category, and what else can become of it.
struct CategoryPage: Sendable {
  let notice: Notice?
  let title: String
  let action: String
  let cancel: String
  let itsTransactions: String
  let isEditable: Bool
  let isArchived: Bool
  let typedName: String
  let groupChoices: [Choice]
  let canMove: Bool
  let isExpense: Bool
  let rolloverChoices: [Choice]
  let generalFault: String?
  let nameFault: String?
  let groupFault: String?
  let archiving: String?
  let reviving: String?
  let merging: String?
  let mergeChoices: [Choice]
  let deleting: String?

  init(
    _ category: Category, among categories: [Category], _ form: CategoryForm,
    _ faults: CategoryForm.Faults, _ notice: Notice?, _ visit: LedgerVisit
  ) {
    let words = visit.words.categoryWords
    let tree = CategoryNames(categories)
    let path = visit.link("/categories/\(category.id)")
    let hasChildren = !tree.children(of: category).isEmpty
    self.notice = notice
    title = category.name
    action = path
    cancel = visit.link("/categories")
    itsTransactions = visit.link("/transactions?category=\(category.id)")
    isEditable = visit.canWrite
    isArchived = category.isArchived
    typedName = form.name
    // There are two levels: what has others in it is in none.
    canMove = !hasChildren
    groupChoices =
      [Choice(value: "", label: words.noGroup, isChosen: form.parent == nil)]
      + tree.tops.filter {
        $0.kind == category.kind && $0.id != category.id
          && (!$0.isArchived || $0.id == form.parent)
      }.map { Choice(value: String($0.id), label: $0.name, isChosen: $0.id == form.parent) }
    isExpense = category.kind == .expense
    let rollovers: [(Rollover, String)] = [
      (.none, words.rolloverNone), (.surplus, words.rolloverSurplus), (.all, words.rolloverAll),
    ]
    rolloverChoices = rollovers.map { rollover, label in
      Choice(
        value: rollover.rawValue, label: label,
        isChosen: rollover == (form.rollover ?? Rollover.none))
    }
    generalFault = faults.general
    nameFault = faults.name
    groupFault = faults.group
    let others = Choice.categories(
      categories.filter { $0.kind == category.kind && !$0.isArchived }, chosen: nil
    ).filter { $0.value != String(category.id) }
    let canWrite = visit.canWrite
    archiving = canWrite && !category.isArchived ? "\(path)/archive" : nil
    reviving = canWrite && category.isArchived ? "\(path)/revive" : nil
    merging = canWrite && !others.isEmpty ? "\(path)/merge" : nil
    mergeChoices = others
    deleting = canWrite ? "\(path)/delete" : nil
  }
}
