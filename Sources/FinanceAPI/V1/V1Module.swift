import Finance
import HTTPSupport
import Hummingbird
import PostgresClient

/// A folder of `V1`: some routes, and what the document says of them.
protocol V1Feature: Sendable {
  /// The file in `OpenAPI`.
  static var fragment: [UInt8] { get }

  func add(to routes: V1Routes)
}

/// The finance API of every tenant under `/v1`. What it keeps is in the history of ``FinanceModule``,
/// whose routes are on the same books.
package struct V1Module: TenantModule {
  package static var migrations: Migrations { [] }

  /// All there is under `/v1`: whatever is here has its routes, and is in the document.
  static let features: [any V1Feature] = [
    AccessRoutes(), LedgersRoutes(), AccountRoutes(), CategoryRoutes(), PayeeRoutes(), TagRoutes(),
    TransactionRoutes(), TransferSuggestionRoutes(), ReconciliationRoutes(), RecurrenceRoutes(),
    RuleRoutes(), BudgetRoutes(), RateRoutes(), ReportRoutes(), ImportRoutes(), ExportRoutes(),
    ChangeRoutes(),
  ]

  private let environment: FinanceEnvironment

  package init(_ environment: FinanceEnvironment) {
    self.environment = environment
  }

  package var roots: Set<String> { ["v1"] }

  package func addRoutes(to router: Router<TenantContext>) {
    let routes = V1Routes(router: router, environment: environment)
    for feature in Self.features { feature.add(to: routes) }
  }

  /// Writes a ledger as a file: CSV, OFX or JSON, as the query asks for it.
  ///
  /// - Throws: As the route `/v1/ledgers/{ledger}/export` does.
  package static func export(
    _ request: Request, _ ledger: LedgerDatabase
  ) async throws -> Response {
    try await ExportRoutes.answer(request, ledger)
  }

  package func response(
    to error: any Error, of request: Request, in context: TenantContext
  ) -> Response {
    ErrorResponse.make(for: V1Errors.understand(error), in: context)
  }
}
