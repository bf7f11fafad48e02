import Finance
import Tenancy

/// The list of transactions.
struct TransactionsPage: Sendable {
  let notice: Notice?
  let action: String
  let search: String
  let from: String
  let until: String
  let accountChoices: [Choice]
  let categoryChoices: [Choice]
  let isUncategorized: Bool
  let kindChoices: [Choice]
  let isFiltered: Bool
  let days: [RegisterDay]
  let isEmpty: Bool
  let older: String?
  let newest: String?
  let here: String
  let canWrite: Bool
  let isRegister: Bool

  init(
    _ page: TransactionStore.Page, _ query: TransactionQuery, _ accounts: [Account],
    _ categories: [Category], _ standing: [Int64: Figure], _ notice: Notice?, _ visit: LedgerVisit
  ) {
    let words = visit.words
    self.notice = notice
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
    days = RegisterDay.days(
      page.transactions, TransactionRow.Names(categories, accounts, visit), today: visit.today,
      standing: standing)
    isEmpty = days.isEmpty
    older = page.next.map { visit.link("/transactions\(query.text(after: $0))") }
    newest = query.position == nil ? nil : visit.link("/transactions\(query.text())")
    here = visit.path("/transactions\(query.text(after: query.position))")
    canWrite = visit.canWrite
    isRegister = !standing.isEmpty
  }
}
