import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/rules`.
struct RuleRoutes: V1Feature {
  static let fragment = PackageResources.rules_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "rules", use: list)
    routes.ledger(.post, "rules", use: create)
    routes.ledger(.post, "rules/preview", use: preview)
    routes.ledger(.get, "rules/:rule", use: show)
    routes.ledger(.patch, "rules/:rule", use: update)
    routes.ledger(.delete, "rules/:rule", use: delete)
    routes.ledger(.post, "rules/:rule/apply", use: apply)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let page = query.wholeListPage(of: "rules of \(ledger.database.ledgerID)")
    try query.finish()
    let rules = try await RuleStore(ledger.database).list()
    return page.response(rules, id: \.id) {
      RuleBody(rule: $1).write(to: &$0)
    }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let definition = try RuleDefinition(input.body)
    return try await ledger.write(input) { writer in
      let rule = try await writer.createRule(definition)
      return .created(RuleBody(rule: rule), at: "rules/\(rule.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let rule = try await RuleStore(ledger.database).rule(try ledger.id("rule"))
    return try .one(RuleBody(rule: rule), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try RulePatch(try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("rule")
    let rule = try await ledger.database.write { writer in
      try await writer.updateRule(id, patch) {
        try preconditions.check(RuleBody(rule: $0).entityTag)
      }
    }
    return .changed(RuleBody(rule: rule))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("rule")
    try await ledger.database.write { writer in
      try await writer.deleteRule(id) {
        try preconditions.check(RuleBody(rule: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func preview(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let rule = input.body.object("rule") { RuleDefinition(reading: $0, isNamed: false) }
    if input.body.json("rule") ?? .null == .null { input.body.report("is required", at: "rule") }
    let limit = input.body.optional("limit", .integer(in: 1...200)) ?? 50
    let range = RuleRange(reading: input.body)
    try input.body.finish()
    guard let rule = rule ?? nil else { throw input.body.problem }
    return try await ledger.write(input) { writer in
      let preview = try await writer.previewRule(rule, in: range, limit: limit)
      return .v1 { RulePreviewBody(preview: preview).write(to: &$0) }
    }
  }

  @Sendable private func apply(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let range = RuleRange(reading: input.body)
    try input.body.finish()
    let id = try ledger.id("rule")
    return try await ledger.write(input) { writer in
      let done = try await writer.applyRule(id, in: range)
      return .v1 { json in
        json.object { json in
          json.member("count", done.count)
          json.member("reconciled_count", done.reconciledCount)
        }
      }
    }
  }
}

extension RuleRange {
  fileprivate init(reading body: BodyReader) {
    let (start, end) = (body.optional("start_date", .date), body.optional("end_date", .date))
    if let start, let end, end < start {
      body.report("must not be before start_date", at: "end_date")
    }
    self.init(from: start, to: end)
  }
}
