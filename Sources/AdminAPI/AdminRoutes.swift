import Hummingbird
import TenantRegistry

/// Everything under `/admin` but the tenants' manifests, which the gateway adds: what an admin
/// does, over HTTP.
public struct AdminRoutes: Sendable {
  private let tenants: TenantRoutes
  private let deployments: DeploymentRoutes
  private let nodes: NodeRoutes
  private let operations: OperationRoutes
  private let tokens: [AdminToken]

  /// - Parameter tokens: those that open the endpoint.
  public init(
    administration: TenantAdministration, nodes: DatabaseServerAdministration,
    operations: TenantOperations,
    urls: TenantURLs, tokens: [AdminToken]
  ) {
    tenants = TenantRoutes(administration: administration, urls: urls)
    deployments = DeploymentRoutes(
      deployments: administration.deployments, operations: operations)
    self.nodes = NodeRoutes(nodes: nodes)
    self.operations = OperationRoutes(operations: operations)
    self.tokens = tokens
  }

  /// Adds the routes, each behind the bearer check, to `router`. The router's middleware must
  /// turn errors into problem documents.
  ///
  /// - Returns: `/admin` behind the bearer check, for routes that others add.
  @discardableResult
  public func addRoutes(to router: Router<AdminRequestContext>) -> RouterGroup<AdminContext> {
    let admin = router.group("admin").add(middleware: AdminTokenMiddleware(tokens: tokens))
      .group(context: AdminContext.self)
    AdminDocument.addRoute(to: admin)
    nodes.addRoutes(to: admin.group("nodes"))
    tenants.addRoutes(to: admin.group("tenants"))
    deployments.addRoutes(to: admin.group("tenants"))
    operations.addRoutes(to: admin)
    return admin
  }
}
