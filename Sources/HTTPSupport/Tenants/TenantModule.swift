import Hummingbird
import PostgresClient

/// A part of what tenants are served, such as the finance API: its routes, how it tells of errors, and
/// what it keeps in each tenant's schema.
package protocol TenantModule: Sendable {
  /// The module's migrations of a tenant's schema, in order.
  static var migrations: Migrations { get }

  /// The first segments of the module's paths. No other module has a path that begins with one.
  var roots: Set<String> { get }

  /// Adds the module's routes, of paths whose tenant prefix is gone.
  func addRoutes(to router: Router<TenantContext>)

  /// The answer to a request under one of the module's ``roots`` that ended with an error. The module
  /// with the root `""` answers for the paths that are no module's as well.
  func response(
    to error: any Error, of request: Request, in context: TenantContext
  ) async -> Response
}

/// Puts modules behind one router.
package enum TenantRouter {
  /// A router that answers every error by itself: the module whose path it is says how, and an error
  /// at a path that is no module's is a problem.
  package static func make(_ modules: [any TenantModule]) -> Router<TenantContext> {
    let router = Router(context: TenantContext.self, options: [.autoGenerateHeadEndpoints])
    var owners: [String: any TenantModule] = [:]
    for module in modules {
      for root in module.roots {
        precondition(owners.updateValue(module, forKey: root) == nil, "two modules have /\(root)")
      }
    }
    router.add(middleware: ModuleErrors(owners: owners))
    for module in modules {
      // A router lists its routes as a tree, not in the order in which they came.
      let others = Set(router.routes.map(\.path.description))
      module.addRoutes(to: router)
      for route in router.routes where !others.contains(route.path.description) {
        let root = Self.root(of: route.path.description)
        precondition(module.roots.contains(root), "\(route.path) is not a path of its module")
      }
    }
    router.refuseOtherMethods()
    return router
  }

  fileprivate static func root(of path: String) -> String {
    path.split(separator: "/", maxSplits: 1).first.map(String.init) ?? ""
  }
}

/// Has errors told of by the module whose path was asked for. It is outermost, so that it sees the
/// router's 404 as well.
private struct ModuleErrors: RouterMiddleware {
  let owners: [String: any TenantModule]

  @concurrent func handle(
    _ request: Request, context: TenantContext,
    next: @concurrent (Request, TenantContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let owner = owners[TenantRouter.root(of: request.uri.path)] ?? owners[""]
      guard let owner else { return ErrorResponse.make(for: error, in: context) }
      return await owner.response(to: error, of: request, in: context)
    }
  }
}
