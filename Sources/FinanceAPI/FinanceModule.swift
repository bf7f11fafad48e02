import Finance
import HTTPSupport
import Hummingbird
import NIOCore
import PostgresClient

/// The finance API of every tenant.
package struct FinanceModule: TenantModule {
  package static var migrations: Migrations { FinanceMigrations.all }

  private let environment: FinanceEnvironment

  package init(_ environment: FinanceEnvironment) {
    self.environment = environment
  }

  package var roots: Set<String> {
    ["health", "openapi.json", "docs", "register", "login", "transaction", "analytics"]
  }

  package func addRoutes(to router: Router<TenantContext>) {
    router.get("health") { _, _ in Response.text("success") }
    router.get("openapi.json") { _, _ in FinanceDocument.response }
    ReferenceRoutes().add(to: router)
    UserRoutes(environment: environment).add(to: router)
    LedgerRoutes(environment: environment).add(to: router)
  }

  package func response(
    to error: any Error, of request: Request, in context: TenantContext
  ) -> Response {
    ErrorResponse.make(for: LegacyErrors.understand(error), in: context)
  }
}

/// The OpenAPI document of a tenant's API. It tells nothing of the tenant, and is for everybody. Its
/// fragments are the files of `OpenAPI`.
///
/// Its media type is `application/json`, not `application/openapi+json`: all tools read it, and a
/// browser shows it in place of storing it.
enum FinanceDocument {
  // The fragments are compiled in, and a test puts them together.
  static let document = try! OpenAPIDocument(
    [
      PackageResources.api_openapi_json, PackageResources.users_openapi_json,
      PackageResources.ledger_openapi_json,
    ] + V1Module.features.map { type(of: $0).fragment } + [OpenAPIDocument.shared])

  static var response: Response { .legacyJSON(document.body) }
}
