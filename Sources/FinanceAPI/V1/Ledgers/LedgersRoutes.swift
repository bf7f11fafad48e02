import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers` and `/v1/ledgers/{ledger}`, and who is in them.
struct LedgersRoutes: V1Feature {
  static let fragment = PackageResources.ledgers_openapi_json

  func add(to routes: V1Routes) {
    routes.user(.get, "ledgers", use: list)
    routes.user(.post, "ledgers", use: create)
    routes.ledger(.get, "", use: show)
    routes.ledger(.patch, "", as: .owner, use: update)
    routes.ledger(.delete, "", as: .owner, use: delete)
    MemberRoutes().add(to: routes)
  }

  @Sendable private func list(_ request: Request, _ user: UserContext) async throws -> Response {
    let query = QueryReader(request)
    let page = query.idPage(of: "ledgers")
    try query.finish()
    let ledgers = try await UserLedgerStore(user.database)
      .list(limit: page.fetched, after: page.last)
    return page.response(ledgers, id: \.id) { LedgerBody(ledger: $1).write(to: &$0) }
  }

  @Sendable private func create(_ request: Request, _ user: UserContext) async throws -> Response {
    let input = try await V1Input(request, upTo: user.tenant.bodyLimit)
    let draft = try LedgerDraft(input.body, in: user.tenant.tenant)
    return try await user.write(input) { writer in
      let ledger = try await writer.createLedger(draft)
      return .created(LedgerBody(ledger: ledger), at: "ledgers/\(ledger.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    return try .one(LedgerBody(ledger: try await ledger.database.ledger()), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try LedgerPatch(try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let changed = try await ledger.database.write { writer in
      try await writer.updateLedger(patch) {
        try preconditions.check(LedgerBody(ledger: $0).entityTag)
      }
    }
    return .changed(LedgerBody(ledger: changed))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    try await ledger.database.write { writer in
      try await writer.deleteLedger {
        try preconditions.check(LedgerBody(ledger: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }
}

struct LedgerBody: V1Body {
  let ledger: Ledger

  var version: Int64 { ledger.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: ledger.id)
      json.member("name", ledger.name)
      json.member("currency", ledger.currency.code)
      json.member("time_zone", ledger.timeZone)
      json.member("role", ledger.role.rawValue)
      json.member("created_at", ledger.createdAt)
      json.member("updated_at", ledger.updatedAt)
    }
  }
}

extension LedgerDraft {
  fileprivate init(_ body: BodyReader, in tenant: Tenant) throws {
    let name = body.required("name", .name(upTo: 100))
    let currency = body.optional("currency", .currencyCode)
    let timeZone = body.optional("time_zone", .timeZone)
    try body.finish()
    guard let name else { throw body.problem }
    self.init(
      name: name, currency: currency ?? tenant.currency, timeZone: timeZone ?? tenant.timeZone)
  }
}

extension LedgerPatch {
  fileprivate init(_ body: BodyReader) throws {
    self.init()
    name = body.replacement("name", .name(upTo: 100))
    currency = body.replacement("currency", .currencyCode)
    timeZone = body.replacement("time_zone", .timeZone)
    try body.finish()
  }
}
