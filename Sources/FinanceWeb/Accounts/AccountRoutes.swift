import Finance
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/accounts`: the list, and the form of an account.
struct AccountRoutes {
  func add(to routes: PageRoutes) {
    routes.ledgerGet("/accounts", use: list)
    routes.ledgerPost("/accounts", use: create)
    routes.ledgerGet("/accounts/new", use: new)
    routes.ledgerGet("/accounts/:account", use: show)
    routes.ledgerPost("/accounts/:account", use: update)
    routes.ledgerPost("/accounts/:account/close", use: close)
    routes.ledgerPost("/accounts/:account/reopen", use: reopen)
    ReconciliationRoutes().add(to: routes)
  }

  // MARK: The list

  @Sendable private func list(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    async let accounts = AccountStore(visit.database).list(at: nil)
    async let reconciled = ReconciliationStore(visit.database).lastFinished()
    let page = AccountsPage(
      try await accounts, reconciled: try await reconciled, Notice(request, visit), visit)
    return .html(
      Templates.render("accounts", visit.page(visit.words.accounts, section: .accounts), page),
      for: request)
  }

  // MARK: Adding

  @Sendable private func new(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    guard visit.canWrite else { throw LedgerRoleTooLow(needed: .editor) }
    var form = AccountForm()
    form.date = visit.today.description
    return respond(form, nil, AccountForm.Faults(), request, visit)
  }

  @Sendable private func create(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let form = AccountForm(fields)
    do {
      let draft = try form.draft(visit.locale)
      if fields.isOn("first"), visit.ledger.role == .owner {
        try await createFirst(draft, visit)
      } else {
        _ = try await visit.database.write { try await $0.createAccount(draft) }
      }
    } catch {
      guard let faults = AccountForm.Faults(error, visit.words) else { throw error }
      return respond(form, nil, faults, request, visit)
    }
    // Who has made the first one goes on with what happens in it.
    return .see(
      visit.link(
        fields.isOn("first")
          ? "/transactions/new" : "/accounts?done=\(Notice.Kind.accountAdded.rawValue)"))
  }

  /// Adds the first account, and gives its currency to the ledger: nobody was asked for one when the
  /// ledger was made.
  private func createFirst(_ draft: AccountDraft, _ visit: LedgerVisit) async throws {
    let owner = try LedgerVisit(visit.user, visit.ledger.id, as: .owner)
    _ = try await owner.database.write { writer in
      if let currency = draft.currency, currency != visit.ledger.currency.code {
        var patch = LedgerPatch()
        patch.currency = currency
        _ = try await writer.updateLedger(patch)
      }
      return try await writer.createAccount(draft)
    }
  }

  // MARK: Changing

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let account = try await AccountStore(visit.database).account(try visit.user.id("account"))
    return respond(
      AccountForm(account, visit.locale), account, AccountForm.Faults(), request, visit)
  }

  @Sendable private func update(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let form = AccountForm(fields)
    return try await change(form, request, visit, done: .saved) { try form.patch(visit.locale) }
  }

  @Sendable private func close(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    try await change(nil, request, visit, done: .accountClosed) {
      guard let day = CivilDate(typed: fields.text("date")) else {
        throw AccountForm.Faults(closing: visit.words.dateBad)
      }
      var patch = AccountPatch()
      patch.closedOn = .set(day)
      return patch
    }
  }

  @Sendable private func reopen(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    try await change(nil, request, visit, done: .accountReopened) {
      var patch = AccountPatch()
      patch.closedOn = .clear
      return patch
    }
  }

  /// Changes the account, or says on its form why it cannot be.
  ///
  /// - Parameter form: what was typed; nil shows the account as it is.
  private func change(
    _ form: AccountForm?, _ request: Request, _ visit: LedgerVisit, done: Notice.Kind,
    _ makePatch: () throws -> AccountPatch
  ) async throws -> Response {
    let id = try visit.user.id("account")
    do {
      let patch = try makePatch()
      _ = try await visit.database.write { writer in
        try await writer.updateAccount(id, patch) { _ in }
      }
      return .see(visit.link("/accounts?done=\(done.rawValue)&id=\(id)"))
    } catch {
      guard let faults = AccountForm.Faults(error, visit.words) else { throw error }
      let account = try await AccountStore(visit.database).account(id)
      return respond(form ?? AccountForm(account, visit.locale), account, faults, request, visit)
    }
  }

  private func respond(
    _ form: AccountForm, _ account: Account?, _ faults: AccountForm.Faults, _ request: Request,
    _ visit: LedgerVisit
  ) -> Response {
    let page = AccountPage(form, account, faults, Notice(request, visit), visit)
    return .html(
      Templates.render("account", visit.page(page.title, section: .accounts), page),
      status: faults.isEmpty ? .ok : .unprocessableContent, for: request)
  }
}
