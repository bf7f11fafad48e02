import CoreMetrics
import FinanceWeb
import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import PostgresClient
import Tenancy
import TenantRegistry

/// Serves the public listener: finds the tenant, checks that it is served and that it makes no more
/// requests than it may, and hands the request to the modules with the doors to that tenant and to no
/// other; or to the tenant's own deployment, which sees to the tenant's limits itself.
final class TenantGateway: RequestHandler {
  private let resolver: TenantResolver
  private let trustedProxies: [AddressRange]
  private let directory: TenantDirectory
  private let admission: TenantAdmission
  private let readiness: Readiness
  private let forwarding: TenantForwarding?
  private let unknownHost: Problem
  private let responder: RouterResponder<TenantContext>
  private let verifiedTokens = VerifiedTokenCache()
  private let limiter: RequestLimiter

  /// - Parameters:
  ///   - modules: what answers requests of the tenants that this process serves.
  ///   - forwarding: what is done for a tenant whose own deployment serves it; nil in that
  ///     deployment.
  ///   - unknownHost: the answer at an address that is none of this process's tenants.
  ///   - metrics: where refused requests are counted.
  init(
    resolver: TenantResolver, trustedProxies: [AddressRange], directory: TenantDirectory,
    readiness: Readiness, modules: [any TenantModule], forwarding: TenantForwarding?,
    unknownHost: Problem, metrics: any MetricsFactory
  ) {
    self.forwarding = forwarding
    self.unknownHost = unknownHost
    self.resolver = resolver
    self.trustedProxies = trustedProxies
    self.directory = directory
    self.readiness = readiness
    limiter = RequestLimiter(metrics: metrics)
    admission = TenantAdmission(schemaVersion: TenantModules.migrations.last?.number ?? 0)
    responder = TenantRouter.make(modules).buildResponder()
  }

  func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
    let client = client(of: request, exchange)
    var handled: HandledRequest
    var tenant: String?
    var name: String?
    let found = find(request, exchange)
    await exchange.admit(as: (try? found.get()).map { SchedulingKey($0.record.tenant.id) })
    do throws(Problem) {
      let (record, target) = try found.get()
      tenant = record.tenant.slug
      name = record.tenant.displayName
      // A move of the tenant waits until nobody holds the record that was so before.
      defer { withExtendedLifetime(record) {} }
      if forwarding == nil, target.pathAndQuery == DeploymentIdentity.path {
        handled = DeploymentIdentity.answer(record.tenant.id)
      } else {
        try admission.check(record)
        if record.servedBy == .dedicated, let forwarding {
          handled = try await forwarding.forward(request, at: target, of: record, exchange)
        } else if readiness.nodes?.isFit(cell: record.cell) == false {
          throw .nodeUnfit
        } else {
          let quota = try limiter.admit(record)
          handled = await serve(request, at: target, record, client, exchange)
          quota?.describe(in: &handled.response.headers)
        }
      }
    } catch {
      let page =
        placeless(error, request, exchange)
        ?? ErrorPages.response(to: error, of: request, tenant: name)
      handled = HandledRequest(page ?? error.response(requestID: exchange.id), label: tenant)
    }
    handled.client = client
    return handled
  }

  /// The page where no tenant is, which asks for one's name; nil where there is one, and where the
  /// addresses of tenants are not known.
  private func placeless(
    _ error: Problem, _ request: Request, _ exchange: HTTPExchange
  ) -> Response? {
    guard error.type == Problem.unknownTenant.type else { return nil }
    let origin = origin(of: request, exchange)
    guard let addresses = resolver.addresses(beside: origin) else { return nil }
    var isApex = false
    if case .apex = resolver.resolve(origin) { isApex = true }
    return ApexPages.response(to: request, isApex: isApex, addresses)
  }

  private func client(of request: Request, _ exchange: HTTPExchange) -> String {
    let peer = exchange.connection.peer
    guard exchange.connection.isTrusted, let forwardedFor = request.headers[.forwardedFor] else {
      return peer
    }
    return ClientAddress.find(forwardedFor: forwardedFor, peer: peer, trusted: trustedProxies)
  }

  private func find(
    _ request: Request, _ exchange: HTTPExchange
  ) -> Result<(record: TenantRecord, target: ResolvedTarget), Problem> {
    Result { () throws(Problem) in
      let (record, target) =
        switch resolver.resolve(origin(of: request, exchange)) {
        case .slug(let slug, let target): (directory.tenant(slug: slug.description), target)
        case .customDomain(let host, let target): (directory.tenant(customDomain: host), target)
        case .apex, .unknownTenant: throw unknownHost
        case .badRequest(let reason): throw .malformedTarget(reason)
        }
      guard readiness.isServing else { throw .registryUnavailable }
      guard let record else { throw unknownHost }
      return (record, target)
    }
  }

  private func origin(of request: Request, _ exchange: HTTPExchange) -> RequestOrigin {
    var origin = RequestOrigin(
      authority: request.head.authority, target: request.head.path ?? "")
    origin.isSecure = exchange.connection.isSecure
    if exchange.connection.isTrusted {
      origin.forwardedHost = request.headers[.forwardedHost]
      origin.forwardedProto = request.headers[.forwardedProto]
    }
    return origin
  }

  private func serve(
    _ request: Request, at target: ResolvedTarget, _ record: TenantRecord, _ client: String,
    _ exchange: HTTPExchange
  ) async -> HandledRequest {
    let tokens = TenantTokens(
      tenant: record.tenant.id, generation: record.generation, keys: record.signingKeys,
      cache: verifiedTokens)
    let context = TenantContext(
      source: .init(
        tenant: record.tenant, database: record.database, tokenIssuer: tokens,
        tokenVerifier: tokens, peer: client, baseURL: { target.baseURL },
        bodyLimit: record.limits.bodyBytes ?? Request.bodyLimit,
        renewDeadlineWhileBodyComes: { exchange.renewDeadlineWhileBodyComes() },
        renewDeadline: { exchange.renewDeadline() },
        logger: exchange.logger))
    let response: Response
    do {
      response = try await responder.respond(to: request.at(target), context: context)
    } catch {
      response = ErrorResponse.make(for: error, exchange: exchange)
    }
    return HandledRequest(response, route: context.endpointPath, label: record.tenant.slug)
  }
}

extension SchedulingKey {
  fileprivate init(_ tenant: TenantID) {
    self.init(withUnsafeBytes(of: tenant.uuid.uuid) { $0.loadUnaligned(as: UInt128.self) })
  }
}

extension Request {
  /// The request as the tenant's own host would get it: the path without its prefix.
  fileprivate func at(_ target: ResolvedTarget) -> Request {
    if target.prefix.isEmpty, head.path?.utf8.count == target.pathAndQuery.utf8.count {
      return self
    }
    var head = head
    head.path = String(target.pathAndQuery)
    return Request(head: head, body: body)
  }
}

extension HTTPField.Name {
  // All are tokens, so that the initializer cannot fail.
  static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
}
