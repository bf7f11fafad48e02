import Hummingbird

/// The routes of every tenant.
public enum FinanceRouter {
  /// A router for paths whose tenant prefix is gone.
  public static func make(_ environment: FinanceEnvironment) -> Router<FinanceContext> {
    let router = Router(context: FinanceContext.self)
    router.get("health") { _, _ in "success" }
    return router
  }
}
