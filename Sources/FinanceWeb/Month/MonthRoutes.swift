import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/`, and `/ledgers/{ledger}`: a month of a household. `?month=` says which; it is the current one
/// otherwise.
struct MonthRoutes {
  func add(to routes: PageRoutes) {
    routes.userGet("") { request, user in
      // Who has left all ledgers has none.
      guard let first = user.ledgers.first else { throw NotFound() }
      return try await show(request, try LedgerVisit(user, first.id, as: .viewer))
    }
    routes.ledgerGet("", use: show)
    routes.ledgerPost("/transfers", use: decideTransfer)
  }

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let text = request.query.text("month")
    guard let month = text.isEmpty ? visit.today.civilMonth : CivilMonth(text) else {
      throw NotFound()
    }
    let plan = MonthPage.Plan(showsAll: request.query.isOn("plan"))
    return try await respond(month, plan, request, visit)
  }

  /// - Parameter plan: how what is assigned is shown.
  func respond(
    _ month: CivilMonth, _ plan: MonthPage.Plan, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    let figures = try await MonthFigures(of: month, plans: plan.showsAll, visit)
    var frame = visit.page(visit.locale.month(month), section: .month)
    if let refusal = plan.refusal { frame.refusal = visit.words.text(refusal) }
    return .html(
      Templates.render("month", frame, MonthPage(figures, plan, visit, Notice(request, visit))),
      status: plan.typed.isEmpty && plan.refusal == nil ? .ok : .unprocessableContent, for: request)
  }

  /// Makes a transfer of two transactions, or leaves them be.
  @Sendable private func decideTransfer(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    guard let outgoing = form.id("outgoing"), let incoming = form.id("incoming") else {
      throw NotFound()
    }
    let id = TransferSuggestion.ID(outgoing: outgoing, incoming: incoming)
    let isTransfer = form.isOn("link")
    try await visit.database.write { writer in
      if isTransfer {
        _ = try await writer.acceptTransfer(id)
      } else {
        try await writer.dismissTransfer(id)
      }
    }
    let done = isTransfer ? Notice.Kind.linked : .dismissed
    let month = CivilMonth(form.text("month")).map { "&month=\($0)" } ?? ""
    return .see(visit.link("?done=\(done.rawValue)\(month)"))
  }
}
