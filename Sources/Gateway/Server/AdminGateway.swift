import AdminAPI
import HTTPServer
import HTTPSupport
import Hummingbird

/// Serves the admin listener, and only to those who call it by one of its own names: a page that
/// points a name of its own at loopback gets nowhere.
struct AdminGateway: RequestHandler {
  private let hosts: Set<Host>
  private let routes: RouterHandler<AdminRequestContext>

  init(hosts: [Host], routes: AdminRoutes, manifests: ManifestRoutes) {
    self.hosts = Set(hosts)
    let router = Router(
      context: AdminRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ErrorMiddleware())
    manifests.addRoutes(to: routes.addRoutes(to: router))
    router.refuseOtherMethods()
    self.routes = RouterHandler(router)
  }

  func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
    do throws(Problem) {
      try check(request)
    } catch {
      return HandledRequest(error.response(requestID: exchange.id))
    }
    return await routes.handle(request, exchange)
  }

  private func check(_ request: Request) throws(Problem) {
    do throws(BadRequest) {
      let target = try RequestTarget(request.head.path ?? "")
      guard target.authority == nil else { throw BadRequest.malformedTarget }
    } catch {
      throw .malformedTarget(error)
    }
    guard let text = request.head.authority else { throw .malformedTarget(.missingAuthority) }
    guard let authority = Authority(text) else { throw .malformedTarget(.malformedAuthority) }
    guard hosts.contains(authority.host) else { throw .misdirected }
  }
}
