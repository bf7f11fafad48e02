import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/transactions`: the list, and what is done to a line of it at once.
struct TransactionRoutes {
  private static let pageLength = 50

  func add(to routes: PageRoutes) {
    routes.ledgerGet("/transactions", use: list)
    routes.ledgerPost("/transactions/:transaction/category", use: categorize)
    routes.ledgerPost("/transactions/:transaction/delete", use: delete)
    routes.ledgerPost("/transactions/:transaction/restore", use: restore)
    SeveralRoutes().add(to: routes)
    PayeeRuleRoutes().add(to: routes)
    TransactionFormRoutes().add(to: routes)
  }

  @Sendable private func list(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    try await respond(request.query, SeveralForm(), tagFault: nil, request, visit)
  }

  /// - Parameters:
  ///   - fields: what the list's address says.
  ///   - tagFault: what is wrong with the tag that several lines were to get.
  func respond(
    _ fields: Form, _ several: SeveralForm, tagFault: String?, _ request: Request,
    _ visit: LedgerVisit
  ) async throws -> Response {
    let query = TransactionQuery(fields)
    async let listed = TransactionStore(visit.database).list(
      query.filter, after: query.position, limit: Self.pageLength)
    async let accountList = AccountStore(visit.database).list(at: nil)
    async let categoryList = CategoryStore(visit.database).list()
    let (found, accounts, categories) = try await (listed, accountList, categoryList)
    let standing =
      query.isWholeRegister
      ? try await RunningBalance.standing(found.transactions, query, visit) : [:]
    var page = TransactionsPage(
      found, query, several, isChoosing: visit.canWrite && fields.isOn("select"), accounts,
      categories, standing, Notice(request, visit), visit)
    page.tagFault = tagFault
    return .html(
      Templates.render(
        "transactions", visit.page(visit.words.transactions, section: .transactions), page),
      status: tagFault == nil ? .ok : .unprocessableContent, for: request)
  }

  @Sendable private func categorize(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("transaction")
    guard let category = form.id("category") else { return visit.back(form) }
    var patch = TransactionPatch()
    patch.target.categoryID = .set(category)
    let change = patch
    let changed = try await visit.database.write { try await $0.update([id], change) }
    // Without a payee there is nothing that it could be done by from now on.
    return changed.first?.payee == nil
      ? visit.back(form) : visit.back(form, done: .categorized, "id=\(id)")
  }

  @Sendable private func delete(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("transaction")
    try await visit.database.write { try await $0.delete([id]) }
    return .see(visit.link("/transactions?done=deleted&id=\(id)"))
  }

  @Sendable private func restore(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("transaction")
    _ = try await visit.database.write { try await $0.restore(id) }
    return .see(visit.link("/transactions?done=restored"))
  }
}

/// What an account has after each line of its register.
enum RunningBalance {
  /// - Parameter transactions: a page of the register, the newest first, seen from the account.
  /// - Returns: by the transaction's id.
  static func standing(
    _ transactions: [Transaction], _ query: TransactionQuery, _ visit: LedgerVisit
  ) async throws -> [Int64: Figure] {
    guard let account = query.filter.accountID, let first = transactions.first else { return [:] }
    let atEnd = try await AccountStore(visit.database).account(account, at: first.date)
    var balance = atEnd.balance
    if let position = query.position, position.value == first.date.description {
      // The page begins within a day, whose later lines are on the page before.
      var day = TransactionFilter()
      (day.accountID, day.startDate, day.endDate) = (account, first.date, first.date)
      let lines = try await TransactionStore(visit.database).list(day, after: nil, limit: 1000)
      for line in lines.transactions where line.id >= position.id {
        balance -= Int128(line.money.minorUnits)
      }
    }
    var standing: [Int64: Figure] = [:]
    for transaction in transactions {
      standing[transaction.id] = Figure(balance, atEnd.currency, visit.locale)
      balance -= Int128(transaction.money.minorUnits)
    }
    return standing
  }
}
