import Finance
import HTTPSupport
import Hummingbird
import NIOCore

/// The routes of every tenant.
package enum FinanceRouter {
  /// A router for paths whose tenant prefix is gone. It answers every error by itself.
  package static func make(_ environment: FinanceEnvironment) -> Router<FinanceContext> {
    let router = Router(context: FinanceContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: ErrorMiddleware())
    router.get("health") { _, _ in Response.text("success") }
    router.get("openapi.json") { _, _ in FinanceDocument.response }
    UserRoutes(environment: environment).add(to: router)
    LedgerRoutes(environment: environment).add(to: router)
    router.refuseOtherMethods()
    return router
  }
}

/// The OpenAPI document of a tenant's API. It tells nothing of the tenant, and is for everybody.
///
/// Its media type is `application/json`, not `application/openapi+json`: all tools read it, and a
/// browser shows it in place of storing it.
enum FinanceDocument {
  private static let body = ByteBuffer(bytes: PackageResources.openapi_json)

  static var response: Response { .legacyJSON(body) }
}
