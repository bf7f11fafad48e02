import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/accounts/{account}/reconciliations`: an account compared with its statements.
struct ReconciliationRoutes {
  private static let pastShown = 12
  /// A page shows so many transactions at most.
  private static let maximumTicks = 1000

  func add(to routes: PageRoutes) {
    let path = "/accounts/:account/reconciliations"
    routes.ledgerGet(path, use: list)
    routes.ledgerPost(path, use: begin)
    routes.ledgerGet("\(path)/:reconciliation", use: show)
    routes.ledgerPost("\(path)/:reconciliation", use: tick)
    routes.ledgerPost("\(path)/:reconciliation/undo", use: undo)
  }

  // MARK: Statements

  @Sendable private func list(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    try await respond(.init(date: visit.today.description), request, visit)
  }

  @Sendable private func begin(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    var typed = ReconciliationsPage.Typed(
      date: form.text("date"), balance: form.text("balance"))
    let account = try visit.user.id("account")
    let date = CivilDate(typed: typed.date)
    let balance = AmountInput(typed.balance, visit.locale)?.number
    if date == nil { typed.dateFault = visit.words.dateBad }
    if balance == nil { typed.balanceFault = visit.words.amountBad }
    guard let date, let balance else { return try await respond(typed, request, visit) }
    do {
      let begun = try await visit.database.write { writer in
        try await writer.createReconciliation(
          of: account, StatementDraft(date: date, balance: balance))
      }
      return .see(visit.link("/accounts/\(account)/reconciliations/\(begun.id)"))
    } catch let error as InvalidInput {
      for fault in error.faults {
        if fault.path.first == "statement_date" {
          typed.dateFault = visit.words.dateBad
        } else {
          typed.balanceFault = visit.words.amountBad
        }
      }
      return try await respond(typed, request, visit)
    }
  }

  private func respond(
    _ typed: ReconciliationsPage.Typed, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("account")
    async let found = AccountStore(visit.database).account(id)
    async let listed = ReconciliationStore(visit.database).list(of: id, limit: Self.pastShown)
    let (account, past) = try await (found, listed)
    let page = ReconciliationsPage(account, past, typed, Notice(request, visit), visit)
    return .html(
      Templates.render("reconciliations", visit.page(page.title, section: .accounts), page),
      status: typed.isFaulty ? .unprocessableContent : .ok, for: request)
  }

  // MARK: One statement

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    try await respond(fault: nil, request, visit)
  }

  /// Counts what is ticked, and finishes if that was asked for.
  @Sendable private func tick(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let (id, account) = (try visit.user.id("reconciliation"), try visit.user.id("account"))
    let shown = form.text("shown").split(separator: " ").prefix(Self.maximumTicks)
      .compactMap { Int64(id: $0) }
    let ticked = Set(form.all("ticked").compactMap { Int64(id: $0) })
    let finish = form.text("finish")
    do {
      try await visit.tick(ticked, of: shown, in: account)
      guard !finish.isEmpty else {
        return .see(visit.link("/accounts/\(account)/reconciliations/\(id)"))
      }
      _ = try await visit.database.write { writer in
        try await writer.finishReconciliation(id, of: account, adjusting: finish == "adjust")
      }
      return .see(
        visit.link("/accounts?done=\(Notice.Kind.reconciled.rawValue)&id=\(id)&of=\(account)"))
    } catch let error as BooksConflict {
      return try await respond(fault: text(error, visit), request, visit)
    }
  }

  @Sendable private func undo(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let (id, account) = (try visit.user.id("reconciliation"), try visit.user.id("account"))
    do {
      try await visit.database.write { try await $0.deleteReconciliation(id, of: account) }
    } catch let error as BooksConflict {
      var typed = ReconciliationsPage.Typed(date: visit.today.description)
      typed.generalFault = text(error, visit)
      return try await respond(typed, request, visit)
    }
    return .see(
      visit.link(
        "/accounts/\(account)/reconciliations?done=\(Notice.Kind.reconciliationUndone.rawValue)"))
  }

  private func text(_ error: BooksConflict, _ visit: LedgerVisit) -> String {
    let words = visit.words.accountWords
    return switch error.kind {
    case "not-balanced": words.notBalanced
    case "reconciliation-not-latest": words.notLatest
    default: visit.words.text(Refusal(error))
    }
  }

  private func respond(
    fault: String?, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    let (id, accountID) = (try visit.user.id("reconciliation"), try visit.user.id("account"))
    async let found = ReconciliationStore(visit.database).reconciliation(id, of: accountID)
    async let owner = AccountStore(visit.database).account(accountID)
    let (reconciliation, account) = try await (found, owner)
    let open = try await OpenTransactions(
      of: accountID, through: reconciliation.statementDate, visit)
    let page = ReconciliationPage(reconciliation, account, open: open, fault: fault, visit)
    return .html(
      Templates.render("reconciliation", visit.page(page.title, section: .accounts), page),
      status: fault == nil ? .ok : .unprocessableContent, for: request)
  }
}
