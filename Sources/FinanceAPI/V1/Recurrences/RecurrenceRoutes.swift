import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/recurrences`, what is upcoming, and what seems to recur.
struct RecurrenceRoutes: V1Feature {
  static let fragment = PackageResources.recurrences_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "recurrences", use: list)
    routes.ledger(.post, "recurrences", use: create)
    routes.ledger(.get, "recurrences/:recurrence", use: show)
    routes.ledger(.patch, "recurrences/:recurrence", use: update)
    routes.ledger(.delete, "recurrences/:recurrence", use: delete)
    let occurrence = "recurrences/:recurrence/occurrences/:date"
    routes.ledger(.post, "\(occurrence)/record", use: record)
    routes.ledger(.post, "\(occurrence)/skip", use: skip)
    routes.ledger(.delete, occurrence, use: reopen)
    routes.ledger(.get, "upcoming", use: upcoming)
    routes.ledger(.get, "recurrence-suggestions", use: suggestions)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let page = query.wholeListPage(of: "recurrences of \(ledger.database.ledgerID)")
    try query.finish()
    let recurrences = try await RecurrenceStore(ledger.database).list()
    return page.response(recurrences, id: \.id) {
      RecurrenceBody(recurrence: $1).write(to: &$0)
    }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let draft = try RecurrenceDraft(input.body)
    return try await ledger.write(input) { writer in
      let recurrence = try await writer.createRecurrence(draft)
      return .created(RecurrenceBody(recurrence: recurrence), at: "recurrences/\(recurrence.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let recurrence = try await RecurrenceStore(ledger.database)
      .recurrence(try ledger.id("recurrence"))
    return try .one(RecurrenceBody(recurrence: recurrence), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try RecurrencePatch(
      try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("recurrence")
    let recurrence = try await ledger.database.write { writer in
      try await writer.updateRecurrence(id, patch) {
        try preconditions.check(RecurrenceBody(recurrence: $0).entityTag)
      }
    }
    return .changed(RecurrenceBody(recurrence: recurrence))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("recurrence")
    try await ledger.database.write { writer in
      try await writer.deleteRecurrence(id) {
        try preconditions.check(RecurrenceBody(recurrence: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func record(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let changes = try OccurrenceChanges(input.body)
    let (id, dueDate) = try ledger.occurrence()
    return try await ledger.write(input) { writer in
      let transaction = try await writer.recordOccurrence(of: id, due: dueDate, changes)
      return .created(
        TransactionBody(transaction: transaction),
        at: "../../../../transactions/\(transaction.id)")
    }
  }

  @Sendable private func skip(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let input = try await V1Input(request, ledger)
    try input.body.finish()
    let (id, dueDate) = try ledger.occurrence()
    return try await ledger.write(input) { writer in
      let occurrence = try await writer.skipOccurrence(of: id, due: dueDate)
      return .one(OccurrenceBody(occurrence: occurrence))
    }
  }

  @Sendable private func reopen(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let (id, dueDate) = try ledger.occurrence()
    try await ledger.database.write { writer in
      try await writer.reopenOccurrence(of: id, due: dueDate)
    }
    return Response(status: .noContent)
  }

  @Sendable private func upcoming(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = QueryReader(request)
    let until = query.optional("until", .date)
    let list = "upcoming of \(ledger.database.ledgerID)"
    let cursor = query.cursor(of: list, keys: 3)
    let limit = query.limit()
    try query.finish()
    let (occurrences, next) = try await RecurrenceStore(ledger.database).upcoming(
      until: until, after: cursor.flatMap(Upcoming.Position.init), limit: limit)
    return .list(occurrences, next: next?.cursor.encoded(for: list, query.filters)) {
      OccurrenceBody(occurrence: $1).write(to: &$0)
    }
  }

  @Sendable private func suggestions(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = QueryReader(request)
    let page = query.wholeListPage(of: "recurrence suggestions of \(ledger.database.ledgerID)")
    try query.finish()
    let suggestions = try await RecurrenceStore(ledger.database).suggestions()
    return page.response(suggestions, id: \.lastTransaction) {
      RecurrenceSuggestionBody(suggestion: $1).write(to: &$0)
    }
  }
}

extension RecurrenceSuggestion {
  /// What tells it from the others: a transaction is of one payment.
  fileprivate var lastTransaction: Int64 { transactions.last ?? 0 }
}

extension LedgerContext {
  /// The recurrence and the due date that the path names.
  fileprivate func occurrence() throws -> (recurrence: Int64, dueDate: CivilDate) {
    guard let date = CivilDate(try tenant.parameters.require("date")) else { throw NotFound() }
    return (try id("recurrence"), date)
  }
}

extension Upcoming.Position {
  fileprivate init?(_ cursor: PageCursor) {
    guard let date = CivilDate(cursor.key[0]), let dueDate = CivilDate(cursor.key[1]),
      let id = Int64(cursor.key[2])
    else { return nil }
    self.init(date: date, dueDate: dueDate, recurrenceID: id)
  }

  fileprivate var cursor: PageCursor {
    PageCursor([date.description, dueDate.description, String(recurrenceID)])
  }
}
