import Finance
import Tenancy

/// The list of transactions.
struct TransactionsPage: Sendable {
  let notice: Notice?
  /// The account's name, in its register.
  let heading: String
  let reconciling: String?
  let action: String
  let search: String
  let from: String
  let until: String
  let accountChoices: [Choice]
  let categoryChoices: [Choice]
  let isUncategorized: Bool
  let kindChoices: [Choice]
  let isFiltered: Bool
  /// The name of what unfolds the filters, with how many there are.
  let filtersText: String
  let days: [RegisterDay]
  let isEmpty: Bool
  let older: String?
  let newest: String?
  let here: String
  let canWrite: Bool
  let isRegister: Bool
  /// Whether lines can be chosen, to be changed together.
  let isChoosing: Bool
  let choosingLink: String?
  let leavingLink: String
  let severalAction: String
  let severalChoices: [Choice]
  let severalTag: String
  var tagFault: String?

  init(
    _ page: TransactionStore.Page, _ query: TransactionQuery, _ several: SeveralForm,
    isChoosing: Bool, _ accounts: [Account], _ categories: [Category],
    _ standing: [Int64: Figure], _ notice: Notice?, _ visit: LedgerVisit
  ) {
    let words = visit.words
    self.notice = notice
    let account = query.isWholeRegister ? query.filter.accountID : nil
    heading = accounts.first { $0.id == account }?.name ?? words.transactions
    reconciling =
      visit.canWrite
      ? account.map { visit.link("/accounts/\($0)/reconciliations") } : nil
    action = visit.link("/transactions")
    search = query.text("q")
    from = query.filter.startDate?.description ?? ""
    until = query.filter.endDate?.description ?? ""
    accountChoices = Choice.accounts(accounts, chosen: query.filter.accountID)
    var chosen: Int64?
    if case .id(let id) = query.filter.category { chosen = id }
    categoryChoices = Choice.categories(categories, chosen: chosen)
    isUncategorized = query.filter.category == TransactionFilter.Category.none
    let kinds = [
      (TransactionFilter.Kind.expense, words.kindExpense), (.income, words.kindIncome),
      (.transfer, words.kindTransfer),
    ]
    kindChoices = kinds.map { kind, label in
      Choice(value: kind.rawValue, label: label, isChosen: query.filter.kind == kind)
    }
    isFiltered = query.isFiltered
    let inUse = query.fields.count { $0.name != "q" }
    filtersText =
      inUse == 0
      ? words.registerWords.moreFilters : words.registerWords.filtersInUse.filled(inUse)
    days = RegisterDay.days(
      page.transactions, TransactionRow.Names(categories, accounts, visit), today: visit.today,
      standing: standing, ticked: Set(several.chosen))
    isEmpty = days.isEmpty
    func path(after position: TransactionFilter.Position?, choosing: Bool) -> String {
      "/transactions\(query.text(after: position, choosing: choosing))"
    }
    older = page.next.map { visit.link(path(after: $0, choosing: isChoosing)) }
    newest =
      query.position == nil ? nil : visit.link(path(after: nil, choosing: isChoosing))
    here = visit.path(path(after: query.position, choosing: isChoosing))
    self.isChoosing = isChoosing
    choosingLink =
      visit.canWrite && !isChoosing && !days.isEmpty
      ? visit.link(path(after: query.position, choosing: true)) : nil
    leavingLink = visit.link(path(after: query.position, choosing: false))
    severalAction = visit.link("/transactions/several")
    severalChoices =
      isChoosing ? Choice.categories(categories, chosen: Int64(id: several.category)) : []
    severalTag = several.tag
    canWrite = visit.canWrite
    isRegister = !standing.isEmpty
  }
}
