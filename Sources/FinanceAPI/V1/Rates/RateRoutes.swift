import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/rates`.
struct RateRoutes: V1Feature {
  static let fragment = PackageResources.rates_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "rates", use: list)
    routes.ledger(.get, "rates/:from/:to/:date", use: show)
    routes.ledger(.put, "rates/:from/:to/:date", use: set)
    routes.ledger(.delete, "rates/:from/:to/:date", use: delete)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let from = query.optional("from", .currencyCode)
    let to = query.optional("to", .currencyCode)
    let list = "rates of \(ledger.database.ledgerID)"
    let cursor = query.cursor(of: list, keys: 3)
    let limit = query.limit()
    try query.finish()
    let last = cursor.flatMap { cursor in
      CivilDate(cursor.key[2]).map { RateName(from: cursor.key[0], to: cursor.key[1], date: $0) }
    }
    let page = try await RateStore(ledger.database)
      .list(from: from, to: to, after: last, limit: limit)
    let next = page.hasMore ? page.rates.last?.rate : nil
    return .list(
      page.rates,
      next: next.map {
        PageCursor([$0.from.code, $0.to.code, $0.date.description])
          .encoded(for: list, query.filters)
      }
    ) { RateBody(stored: $1).write(to: &$0) }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    guard let name = try? ledger.rateName() else { throw NotFound() }
    return try .one(
      RateBody(stored: try await RateStore(ledger.database).rate(name)), for: request)
  }

  @Sendable private func set(_ request: Request, _ ledger: LedgerContext) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let name = try ledger.rateName()
    let body = try BodyReader(json: try await request.jsonBytes(upTo: ledger.tenant.bodyLimit))
    let number = body.required("rate", .decimal)
    try body.finish()
    guard let number else { throw body.problem }
    let (stored, isNew) = try await ledger.database.write { writer in
      try await writer.setRate(name, to: number) { old in
        if let old {
          try preconditions.check(RateBody(stored: old).entityTag)
        } else {
          try preconditions.checkAbsence()
        }
      }
    }
    let rate = RateBody(stored: stored)
    return isNew
      ? .v1(
        status: .created,
        headers: [.eTag: rate.entityTag.description], rate.write)
      : .changed(rate)
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    guard let name = try? ledger.rateName() else { throw NotFound() }
    try await ledger.database.write { writer in
      try await writer.deleteRate(name) {
        try preconditions.check(RateBody(stored: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }
}

extension LedgerContext {
  /// The rate that the path names.
  ///
  /// - Throws: `Problem` 400 if there cannot be such a rate.
  fileprivate func rateName() throws -> RateName {
    let from = try tenant.parameters.require("from")
    let to = try tenant.parameters.require("to")
    let text = try tenant.parameters.require("date")
    var errors: [Problem.FieldError] = []
    for (field, code) in [("from", from), ("to", to)] where !CurrencyCodes.active.contains(code) {
      errors.append(
        .init(
          .parameter, field: field, message: "is no ISO 4217 currency that money is kept in"))
    }
    if from == to {
      errors.append(.init(.parameter, field: "to", message: "must be another currency than from"))
    }
    let date = CivilDate(text)
    if date.map({ ReportPeriod.years.contains($0.year) }) != true {
      errors.append(
        .init(
          .parameter, field: "date",
          message: "must be a date such as 2026-11-28 in the years 1900 to 2199"))
    }
    guard errors.isEmpty, let date else { throw Problem.invalid(errors) }
    return RateName(from: from, to: to, date: date)
  }
}

struct RateBody: V1Body {
  let stored: RateStore.Stored

  var version: Int64 { stored.version }

  func write(to json: inout JSONWriter) { stored.rate.write(to: &json) }
}
