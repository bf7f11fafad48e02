import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import PostgresClient

/// The pages of every tenant, for people. They stand on the books that the APIs are on, and call the
/// domain as those do.
package struct WebModule: TenantModule {
  package static var migrations: Migrations { [] }

  private let environment: FinanceEnvironment
  private let isDevelopment: Bool
  private let export: LedgerExporter

  /// - Parameters:
  ///   - isDevelopment: whether there are pages on plain HTTP, and under `/t/<slug>/`, where all
  ///     tenants share an origin, and so a browser's trust.
  ///   - export: writes a ledger as a file.
  package init(
    _ environment: FinanceEnvironment, isDevelopment: Bool, export: @escaping LedgerExporter
  ) {
    self.environment = environment
    self.isDevelopment = isDevelopment
    self.export = export
  }

  package var roots: Set<String> {
    ["", "assets", "sign-in", "sign-out", "join", "password-reset", "ledgers", "settings", "users"]
  }

  package func addRoutes(to router: Router<TenantContext>) {
    router.get("assets/:name") { request, context in
      guard let asset = Asset.all[try context.parameters.require("name")] else {
        throw Problem.status(.notFound)
      }
      return asset.response(to: request)
    }
    let routes = PageRoutes(router: router, door: door)
    SignInRoutes().add(to: routes)
    JoinRoutes().add(to: routes)
    MonthRoutes().add(to: routes)
    TransactionRoutes().add(to: routes)
    AccountRoutes().add(to: routes)
    CategoryRoutes().add(to: routes)
    BudgetRoutes().add(to: routes)
    ImportRoutes().add(to: routes)
    MoreRoutes().add(to: routes)
    ReportRoutes().add(to: routes)
    SettingsRoutes().add(to: routes)
    SharingRoutes(export: export).add(to: routes)
    NewLedgerRoutes().add(to: routes)
    ExampleRoutes().add(to: routes)
    UsersRoutes().add(to: routes)
    RecurrenceRoutes().add(to: routes)
    RuleRoutes().add(to: routes)
  }

  package func response(
    to error: any Error, of request: Request, in context: TenantContext
  ) async -> Response {
    await ErrorPages.response(to: error, of: request, Visit(request, context, door))
  }

  private var door: PageRoutes.Door {
    PageRoutes.Door(environment: environment, isDevelopment: isDevelopment)
  }
}
