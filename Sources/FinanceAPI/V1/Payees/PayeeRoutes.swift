import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/payees`.
struct PayeeRoutes: V1Feature {
  static let fragment = PackageResources.payees_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "payees", use: list)
    routes.ledger(.get, "payees/:payee", use: show)
    routes.ledger(.patch, "payees/:payee", use: update)
    routes.ledger(.delete, "payees/:payee", use: delete)
    routes.ledger(.post, "payees/:payee/merge", use: merge)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let prefix = query.optional("search", .text(upTo: 200))
    let list = "payees of \(ledger.database.ledgerID)"
    let cursor = query.cursor(of: list, keys: 1)
    let limit = query.limit()
    try query.finish()
    let page = try await PayeeStore(ledger.database)
      .list(beginningWith: prefix, after: cursor?.key[0], limit: limit)
    let next = page.next.map { PageCursor([$0]).encoded(for: list, query.filters) }
    return .list(page.payees.map(PayeeBody.init), next: next) { $1.write(to: &$0) }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let payee = try await PayeeStore(ledger.database).payee(try ledger.id("payee"))
    return try .one(PayeeBody(payee: payee), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try await request.patchReader(upTo: ledger.tenant.bodyLimit)
    let name = body.replacement("name", .name(upTo: 200))
    try body.finish()
    let id = try ledger.id("payee")
    let payee = try await ledger.database.write { writer in
      try await writer.renamePayee(id, to: name) {
        try preconditions.check(PayeeBody(payee: $0).entityTag)
      }
    }
    return .changed(PayeeBody(payee: payee))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("payee")
    try await ledger.database.write { writer in
      try await writer.deletePayee(id) {
        try preconditions.check(PayeeBody(payee: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func merge(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let input = try await V1Input(request, ledger)
    let other = try input.body.mergeTarget()
    let id = try ledger.id("payee")
    return try await ledger.write(input) { writer in
      let payee = try await writer.mergePayee(id, into: other)
      return .one(PayeeBody(payee: payee))
    }
  }
}

struct PayeeBody: V1Body {
  let payee: Payee

  /// Counts change with each transaction, and the payee does not.
  var version: Int64 { payee.version }

  static let hasFigures = true

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: payee.id)
      json.member("name", payee.name)
      json.member("transaction_count", Int(payee.transactionCount))
      json.member("last_date", payee.lastDate)
      json.member("last_account_id", id: payee.lastAccountID)
      json.member("last_category_id", id: payee.lastCategoryID)
      json.member("created_at", payee.createdAt)
      json.member("updated_at", payee.updatedAt)
    }
  }
}
