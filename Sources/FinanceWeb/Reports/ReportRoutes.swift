import Finance
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/reports`: what came in, went out and is there, over any range. `?from=&until=`
/// says which.
struct ReportRoutes {
  func add(to routes: PageRoutes) {
    routes.ledgerGet("/reports") { request, visit in try await show(.summary, request, visit) }
    routes.ledgerGet("/reports/:report") { request, visit in
      guard
        let kind = ReportKind(rawValue: try visit.user.visit.tenant.parameters.require("report")),
        kind != .summary
      else { throw NotFound() }
      return try await show(kind, request, visit)
    }
  }

  private func show(
    _ kind: ReportKind, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    let range = try ReportRange(request.query, kind, today: visit.today)
    let report = try await ReportMaker(visit: visit, range: range).make(kind)
    let frame = visit.page(
      "\(kind.title(visit.words)) · \(visit.words.reportWords.reports)", section: .reports)
    return .html(
      Templates.render("report", frame, ReportPage(kind, range, report, visit)),
      status: range.isFaulty ? .unprocessableContent : .ok, for: request)
  }
}
