import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/accounts`.
struct AccountRoutes: V1Feature {
  static let fragment = PackageResources.accounts_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "accounts", use: list)
    routes.ledger(.post, "accounts", use: create)
    routes.ledger(.get, "accounts/:account", use: show)
    routes.ledger(.patch, "accounts/:account", use: update)
    routes.ledger(.delete, "accounts/:account", use: delete)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let date = query.optional("at", .date)
    let page = query.wholeListPage(of: "accounts of \(ledger.database.ledgerID)")
    try query.finish()
    let accounts = try await AccountStore(ledger.database).list(at: date)
    return page.response(accounts, id: \.id) {
      AccountBody(account: $1).write(to: &$0)
    }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let draft = try AccountDraft(input.body)
    return try await ledger.write(input) { writer in
      let account = try await writer.createAccount(draft)
      return .created(AccountBody(account: account), at: "accounts/\(account.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let date = query.optional("at", .date)
    try query.finish()
    let account = try await AccountStore(ledger.database).account(
      try ledger.id("account"), at: date)
    return try .one(AccountBody(account: account), for: request, takesQuery: true)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try AccountPatch(try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("account")
    let account = try await ledger.database.write { writer in
      try await writer.updateAccount(id, patch) { account in
        try preconditions.check(AccountBody(account: account).entityTag)
      }
    }
    return .changed(AccountBody(account: account))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("account")
    try await ledger.database.write { writer in
      try await writer.deleteAccount(id) { account in
        try preconditions.check(AccountBody(account: account).entityTag)
      }
    }
    return Response(status: .noContent)
  }
}

struct AccountBody: V1Body {
  let account: Account

  /// A balance changes with each entry, and the account does not.
  var version: Int64 { account.version }

  static let hasFigures = true

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: account.id)
      json.member("name", account.name)
      json.member("type", account.type.rawValue)
      json.member("currency", account.currency.code)
      json.member("opening_balance", account.currency.text(Int128(account.openingBalance)))
      json.member("opened_on", account.openedOn)
      json.member("closed_on", account.closedOn)
      json.member("note", account.note)
      json.member("balance", account.currency.text(account.balance))
      json.member("cleared_balance", account.currency.text(account.clearedBalance))
      json.member("balance_date", account.balanceDate)
      json.member("created_at", account.createdAt)
      json.member("updated_at", account.updatedAt)
    }
  }
}

extension AccountDraft {
  fileprivate init(_ body: BodyReader) throws {
    let name = body.required("name", .name(upTo: 100))
    let type = body.required("type", FieldType<AccountType>.choice)
    let currency = body.optional("currency", .currencyCode)
    let openingBalance = body.optional("opening_balance", .decimal)
    let openedOn = body.optional("opened_on", .date)
    let closedOn = body.optional("closed_on", .date)
    let note = body.optional("note", .text(upTo: 1000))
    try body.finish()
    guard let name, let type else { throw body.problem }
    self.init(
      name: name, type: type, currency: currency, openingBalance: openingBalance,
      openedOn: openedOn, closedOn: closedOn, note: note ?? "")
  }
}

extension AccountPatch {
  fileprivate init(_ body: BodyReader) throws {
    self.init()
    name = body.replacement("name", .name(upTo: 100))
    type = body.replacement("type", .choice)
    currency = body.replacement("currency", .currencyCode)
    openingBalance = body.replacement("opening_balance", .decimal)
    openedOn = body.replacement("opened_on", .date)
    closedOn = body.change("closed_on", .date)
    note = body.replacement("note", .text(upTo: 1000))
    try body.finish()
  }
}
