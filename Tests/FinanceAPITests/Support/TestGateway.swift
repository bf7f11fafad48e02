import FinanceTestSupport
import HTTPSupport
import Hummingbird
import Tenancy

/// Serves each tenant under `/<slug>`.
struct TestGateway: HTTPResponder {
  typealias Context = BasicRequestContext

  let tenants: [String: TestTenant]
  let responder: any HTTPResponder<TenantContext>

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let path = request.head.path ?? ""
    let slug = path.dropFirst().prefix { $0 != "/" }
    guard let tenant = tenants[String(slug)] else { return Response(status: .misdirectedRequest) }
    var head = request.head
    head.path = String(path.dropFirst(1 + slug.count))
    let source = TenantContext.Source(
      tenant: tenant.tenant, database: tenant.database, tokenIssuer: tenant.tokens,
      tokenVerifier: tenant.tokens, peer: request.headers[.testPeer] ?? "127.0.0.1",
      baseURL: { "http://localhost/\(slug)" },
      bodyLimit: Request.bodyLimit, logger: context.logger)
    return try await responder.respond(
      to: Request(head: head, body: request.body), context: TenantContext(source: source))
  }
}
