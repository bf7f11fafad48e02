import HTTPSupport
import Hummingbird

/// The routes of every tenant.
public enum FinanceRouter {
  /// A router for paths whose tenant prefix is gone. It answers every error by itself.
  public static func make(_ environment: FinanceEnvironment) -> Router<FinanceContext> {
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
