import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/accounts/{account}/reconciliations`.
struct ReconciliationRoutes: V1Feature {
  static let fragment = PackageResources.reconciliations_openapi_json

  func add(to routes: V1Routes) {
    let path = "accounts/:account/reconciliations"
    routes.ledger(.get, path, use: list)
    routes.ledger(.post, path, use: create)
    routes.ledger(.get, "\(path)/:reconciliation", use: show)
    routes.ledger(.delete, "\(path)/:reconciliation", use: delete)
    routes.ledger(.put, "\(path)/:reconciliation/finish", use: finish)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let account = try ledger.id("account")
    let query = QueryReader(request)
    let page = query.idPage(of: "reconciliations of \(account)")
    try query.finish()
    let reconciliations = try await ReconciliationStore(ledger.database)
      .list(of: account, limit: page.fetched, before: page.last)
    return page.response(reconciliations, id: \.id) {
      ReconciliationBody(reconciliation: $1).write(to: &$0)
    }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let draft = try StatementDraft(input.body)
    let account = try ledger.id("account")
    return try await ledger.write(input) { writer in
      let made = try await writer.createReconciliation(of: account, draft)
      return .created(
        ReconciliationBody(reconciliation: made), at: "reconciliations/\(made.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let found = try await ReconciliationStore(ledger.database)
      .reconciliation(try ledger.id("reconciliation"), of: try ledger.id("account"))
    return try .one(ReconciliationBody(reconciliation: found), for: request)
  }

  @Sendable private func finish(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try await V1Input(request, ledger).body
    let adjusts = body.optional("adjust", .bool)
    try body.finish()
    let (id, account) = (try ledger.id("reconciliation"), try ledger.id("account"))
    let finished = try await ledger.database.write { writer in
      try await writer.finishReconciliation(id, of: account, adjusting: adjusts ?? false) {
        try preconditions.check(ReconciliationBody(reconciliation: $0).entityTag)
      }
    }
    return .changed(ReconciliationBody(reconciliation: finished))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let (id, account) = (try ledger.id("reconciliation"), try ledger.id("account"))
    try await ledger.database.write { writer in
      try await writer.deleteReconciliation(id, of: account) {
        try preconditions.check(ReconciliationBody(reconciliation: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }
}

struct ReconciliationBody: V1Body {
  let reconciliation: Reconciliation

  /// The difference changes with entries, and the reconciliation does not.
  var version: Int64 { reconciliation.version }

  static let hasFigures = true

  func write(to json: inout JSONWriter) {
    let currency = reconciliation.currency
    json.object { json in
      json.member("id", id: reconciliation.id)
      json.member("account_id", id: reconciliation.accountID)
      json.member("state", reconciliation.isFinished ? "finished" : "open")
      json.member("statement_date", reconciliation.statementDate)
      json.member("currency", currency.code)
      json.member("statement_balance", currency.text(Int128(reconciliation.statementBalance)))
      json.member("cleared_balance", currency.text(reconciliation.clearedBalance))
      json.member("difference", currency.text(reconciliation.difference))
      json.member("finished_at", reconciliation.finishedAt)
      json.member("created_at", reconciliation.createdAt)
      json.member("updated_at", reconciliation.updatedAt)
    }
  }
}

extension StatementDraft {
  fileprivate init(_ body: BodyReader) throws {
    let date = body.required("statement_date", .date)
    let balance = body.required("statement_balance", .decimal)
    try body.finish()
    guard let date, let balance else { throw body.problem }
    self.init(date: date, balance: balance)
  }
}
