import Finance
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/recurrences`: what recurs, and what becomes of it each time.
struct RecurrenceRoutes {
  /// How many payees the form knows.
  private static let payeeLimit = 500

  func add(to routes: PageRoutes) {
    routes.ledgerGet("/recurrences") { request, visit in try await list(request, visit) }
    routes.ledgerPost("/recurrences", use: create)
    routes.ledgerGet("/recurrences/new", use: new)
    routes.ledgerGet("/recurrences/:recurrence", use: show)
    routes.ledgerPost("/recurrences/:recurrence", use: update)
    routes.ledgerPost("/recurrences/:recurrence/delete", use: delete)
    let occurrence = "/recurrences/:recurrence/occurrences/:date"
    routes.ledgerPost("\(occurrence)/record", use: record)
    routes.ledgerPost("\(occurrence)/skip", use: skip)
    routes.ledgerPost("\(occurrence)/reopen", use: reopen)
  }

  private func list(
    _ request: Request, _ visit: LedgerVisit, fault: String? = nil
  ) async throws -> Response {
    var page = try await RecurrencesPage(request, visit)
    page.generalFault = fault
    return .html(
      Templates.render(
        "recurrences", visit.page(visit.words.recurrenceWords.recurrences, section: .more), page),
      status: fault == nil ? .ok : .unprocessableContent, for: request)
  }

  private func done(_ text: String, _ visit: LedgerVisit) -> Response {
    .see(visit.link("/recurrences?done=\(text)"))
  }

  // MARK: The form

  @Sendable private func new(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    guard visit.canWrite else { throw LedgerRoleTooLow(needed: .editor) }
    var form = RecurrenceForm(request.query)
    if CivilDate(form.entry.date) == nil { form.entry.date = visit.today.description }
    return try await respond(form, nil, RecurrenceForm.Faults(), request, visit)
  }

  @Sendable private func create(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let form = RecurrenceForm(posted: fields)
    return try await saving(form, nil, request, visit) {
      let draft = try form.draft(visit.locale)
      _ = try await visit.database.write { try await $0.createRecurrence(draft) }
      return done("added", visit)
    }
  }

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let recurrence = try await recurrence(visit)
    return try await respond(
      RecurrenceForm(recurrence, visit.locale), recurrence, RecurrenceForm.Faults(), request, visit)
  }

  @Sendable private func update(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let old = try await recurrence(visit)
    let form = RecurrenceForm(posted: fields)
    return try await saving(form, old, request, visit) {
      let patch = try form.patch(of: old, visit.locale)
      _ = try await visit.database.write { writer in
        try await writer.updateRecurrence(old.id, patch) { _ in }
      }
      return done("saved", visit)
    }
  }

  @Sendable private func delete(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("recurrence")
    try await visit.database.write { try await $0.deleteRecurrence(id) { _ in } }
    return done("deleted", visit)
  }

  private func recurrence(_ visit: LedgerVisit) async throws -> Recurrence {
    try await RecurrenceStore(visit.database).recurrence(try visit.user.id("recurrence"))
  }

  /// Says on the form what is wrong.
  private func saving(
    _ form: RecurrenceForm, _ recurrence: Recurrence?, _ request: Request, _ visit: LedgerVisit,
    _ body: () async throws -> Response
  ) async throws -> Response {
    do {
      return try await body()
    } catch let faults as RecurrenceForm.Faults {
      return try await respond(form, recurrence, faults, request, visit)
    } catch let error as InvalidInput {
      return try await respond(
        form, recurrence, RecurrenceForm.Faults(error, visit.words), request, visit)
    } catch let error as BooksConflict {
      let faults = RecurrenceForm.Faults(entry: .init(general: visit.words.text(Refusal(error))))
      return try await respond(form, recurrence, faults, request, visit)
    }
  }

  private func respond(
    _ form: RecurrenceForm, _ recurrence: Recurrence?, _ faults: RecurrenceForm.Faults,
    _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    async let accounts = AccountStore(visit.database).list(at: nil)
    async let categories = CategoryStore(visit.database).list()
    async let payees = PayeeStore(visit.database).list(
      beginningWith: nil, after: nil, limit: Self.payeeLimit)
    let options = TransactionPage.Options(
      accounts: try await accounts, categories: try await categories,
      payees: try await payees.payees)
    let page = RecurrencePage(form, recurrence, faults, options, visit)
    return .html(
      Templates.render("recurrence", visit.page(page.title, section: .more), page),
      status: faults.isEmpty ? .ok : .unprocessableContent, for: request)
  }

  // MARK: Each time

  @Sendable private func record(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    try await settling(request, visit) { id, due in
      let transaction = try await visit.database.write { writer in
        try await writer.recordOccurrence(of: id, due: due, OccurrenceChanges())
      }
      return done("recorded&id=\(transaction.id)", visit)
    }
  }

  @Sendable private func skip(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    try await settling(request, visit) { id, due in
      _ = try await visit.database.write { try await $0.skipOccurrence(of: id, due: due) }
      return done("skipped&id=\(id)&due=\(due)", visit)
    }
  }

  @Sendable private func reopen(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    try await settling(request, visit) { id, due in
      try await visit.database.write { try await $0.reopenOccurrence(of: id, due: due) }
      return done("reopened", visit)
    }
  }

  /// Says on the list what the books do not take.
  private func settling(
    _ request: Request, _ visit: LedgerVisit,
    _ body: (_ id: Int64, _ due: CivilDate) async throws -> Response
  ) async throws -> Response {
    let date = CivilDate(try visit.user.visit.tenant.parameters.require("date"))
    guard let date else { throw NotFound() }
    do {
      return try await body(try visit.user.id("recurrence"), date)
    } catch let error as BooksConflict {
      let words = visit.words.recurrenceWords
      let isSettled = error.kind != "template-outdated"
      return try await list(
        request, visit, fault: isSettled ? words.settledAlready : words.templateOutdated)
    }
  }
}
