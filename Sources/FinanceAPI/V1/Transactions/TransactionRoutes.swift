import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/transactions`.
struct TransactionRoutes: V1Feature {
  static let fragment = PackageResources.transactions_openapi_json

  /// Transactions that one request may make or change.
  private static let bulkLimit = 500

  func add(to routes: V1Routes) {
    routes.ledger(.get, "transactions", use: list)
    routes.ledger(.post, "transactions", use: create)
    routes.ledger(.post, "transactions/bulk", use: createMany)
    routes.ledger(.patch, "transactions/bulk", use: updateMany)
    routes.ledger(.get, "transactions/:transaction", use: show)
    routes.ledger(.patch, "transactions/:transaction", use: update)
    routes.ledger(.delete, "transactions/:transaction", use: delete)
    routes.ledger(.post, "transactions/:transaction/restore", use: restore)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let filter = TransactionFilter(query)
    let list = "transactions of \(ledger.database.ledgerID)"
    let cursor = query.cursor(of: list, keys: 2)
    let limit = query.limit()
    try query.finish()
    let position = cursor.flatMap { cursor in
      Int64(cursor.key[1]).map { TransactionFilter.Position(value: cursor.key[0], id: $0) }
    }
    let page = try await TransactionStore(ledger.database)
      .list(filter, after: position, limit: limit)
    let next = page.next.map {
      PageCursor([$0.value, String($0.id)]).encoded(for: list, query.filters)
    }
    return .list(page.transactions, next: next) { json, transaction in
      TransactionBody(transaction: transaction).write(to: &json)
    }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let draft = try TransactionDraft(input.body)
    let rules = RuleRun(.created, chosen: [ChosenFields(in: draft, input.body)])
    let new = NewTransactions([draft], rules: rules)
    let (answer, isReplay) = try await ledger.database.create(new, once: input.key) {
      // One draft is one transaction.
      .created(TransactionBody(transaction: $0[0]), at: "transactions/\($0[0].id)")
    }
    return Response(answer, isReplay: isReplay)
  }

  @Sendable private func createMany(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let drafts = try input.body.objects("transactions", from: 1, upTo: Self.bulkLimit) { body in
      try TransactionDraft(reading: body).map { ($0, chosen: ChosenFields(in: $0, body)) }
    }
    try input.body.finish()
    let complete = (drafts ?? []).compactMap(\.self)
    let rules = RuleRun(.created, chosen: complete.map(\.chosen))
    let new = NewTransactions(complete.map(\.0), prefix: "transactions", rules: rules)
    let (answer, isReplay) = try await ledger.database.create(new, once: input.key) {
      transactions in
      .v1(status: 201) { Self.write(transactions, to: &$0) }
    }
    return Response(answer, isReplay: isReplay)
  }

  @Sendable private func updateMany(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let body = try await request.patchReader(upTo: ledger.tenant.bodyLimit)
    let ids = body.array("ids", of: .id, from: 1, upTo: Self.bulkLimit) ?? []
    if Set(ids).count < ids.count { body.report("must be given once each", at: "ids") }
    let patch = body.object("set") { TransactionPatch(bulk: $0) }
    if patch == nil, !body.has("set") { body.report("is required", at: "set") }
    try body.finish()
    guard let patch else { throw body.problem }
    let transactions = try await ledger.database.write { writer in
      try await writer.update(ids, patch, prefix: "ids")
    }
    return .v1 { Self.write(transactions, to: &$0) }
  }

  private static func write(_ transactions: [Transaction], to json: inout JSONWriter) {
    json.object { json in
      json.member("data", array: transactions) { json, transaction in
        TransactionBody(transaction: transaction).write(to: &json)
      }
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let transaction = try await TransactionStore(ledger.database)
      .transaction(try ledger.id("transaction"))
    return try .one(TransactionBody(transaction: transaction), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try TransactionPatch(
      try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("transaction")
    let transactions = try await ledger.database.write { writer in
      try await writer.update([id], patch) {
        try preconditions.check(TransactionBody(transaction: $0).entityTag)
      }
    }
    return .changed(TransactionBody(transaction: transactions[0]))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("transaction")
    try await ledger.database.write { writer in
      try await writer.delete([id]) {
        try preconditions.check(TransactionBody(transaction: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func restore(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    try input.body.finish()
    let id = try ledger.id("transaction")
    return try await ledger.write(input) { writer in
      let transaction = try await writer.restore(id)
      return .one(TransactionBody(transaction: transaction))
    }
  }
}

extension TransactionFilter {
  /// The filters of a list, of which some may be wrong; the reader tells.
  fileprivate init(_ query: QueryReader) {
    self.init()
    startDate = query.optional("start_date", .date)
    endDate = query.optional("end_date", .date)
    accountID = query.optional("account_id", .id)
    category = query.optional(
      "category_id",
      .string("an id, or none") { text in
        text == "none" ? Category.none : Int64(id: text).map(Category.id)
      })
    payeeID = query.optional("payee_id", .id)
    tag = query.optional("tag", .name(upTo: 50))
    kind = query.optional("type", .choice)
    status = query.optional("status", .choice)
    minimum = query.optional("min_amount", .decimal)
    maximum = query.optional("max_amount", .decimal)
    search = query.optional("search", .text(upTo: 200))
    updatedSince = query.optional("updated_since", .instant)
    importID = query.optional("import_id", .id)
    isDeleted = query.flag("deleted")
    order = query.optional("sort", .choice) ?? .newest
  }
}
