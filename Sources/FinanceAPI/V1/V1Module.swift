import Finance
import HTTPSupport
import Hummingbird
import PostgresClient

/// The finance API of every tenant under `/v1`. What it keeps is in the history of ``FinanceModule``,
/// whose routes are on the same books.
package struct V1Module: TenantModule {
  package static var migrations: Migrations { [] }

  private let environment: FinanceEnvironment

  package init(_ environment: FinanceEnvironment) {
    self.environment = environment
  }

  package var roots: Set<String> { ["v1"] }

  package func addRoutes(to router: Router<TenantContext>) {
    let routes = V1Routes(router: router, environment: environment)
    SessionRoutes(environment: environment).add(to: routes)
    OwnAccountRoutes(environment: environment).add(to: routes)
    PersonalTokenRoutes(environment: environment).add(to: routes)
    TenantUserRoutes().add(to: routes)
    InvitationRoutes(environment: environment).add(to: routes)
    LedgersRoutes().add(to: routes)
    MemberRoutes().add(to: routes)
    AccountRoutes().add(to: routes)
    CategoryRoutes().add(to: routes)
    PayeeRoutes().add(to: routes)
    TagRoutes().add(to: routes)
    TransactionRoutes().add(to: routes)
    ImportRoutes().add(to: routes)
    RecurrenceRoutes().add(to: routes)
    RuleRoutes().add(to: routes)
    RateRoutes().add(to: routes)
    ReportRoutes().add(to: routes)
    BudgetRoutes().add(to: routes)
    ReconciliationRoutes().add(to: routes)
    TransferSuggestionRoutes().add(to: routes)
    ChangeRoutes().add(to: routes)
    ExportRoutes().add(to: routes)
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
