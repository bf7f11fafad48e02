import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// A request of a member of a ledger. There is no other way to a ledger's data than ``database``.
struct LedgerContext: Sendable {
  let tenant: TenantContext
  let user: UserContext
  let database: LedgerDatabase

  /// The id in a part of the route's path.
  ///
  /// - Throws: `NotFound` if it is none: nothing has such an id.
  func id(_ name: String) throws -> Int64 {
    guard let id = Int64(id: try tenant.parameters.require(name)) else { throw NotFound() }
    return id
  }
}

/// The routes under `/v1`.
struct V1Routes {
  let router: Router<TenantContext>
  let environment: FinanceEnvironment

  /// Adds a route below `/v1/ledgers/{ledger}/`.
  ///
  /// - Parameters:
  ///   - path: such as `accounts/:account`.
  ///   - role: what the user must be in the ledger; nil is viewer for GET, and else editor.
  ///   - takesQuery: whether the handler reads the query and refuses what it does not know; nil is
  ///     for GET only.
  func ledger(
    _ method: HTTPRequest.Method, _ path: String, as role: LedgerRole? = nil,
    takesQuery: Bool? = nil,
    use handler: @escaping @Sendable (Request, LedgerContext) async throws -> Response
  ) {
    let role = role ?? (method == .get ? .viewer : .editor)
    let takesQuery = takesQuery ?? (method == .get)
    let suffix = path.isEmpty ? "" : "/\(path)"
    router.on(RouterPath("v1/ledgers/:ledger\(suffix)"), method: method) {
      [environment] request, tenant in
      let user = try await UserContext(of: request, in: tenant)
      guard let id = Int64(id: try tenant.parameters.require("ledger")) else {
        throw LedgerNotFound()
      }
      return try await user.answer {
        if !takesQuery { try QueryReader(request).finish() }
        return try await handler(
          request,
          LedgerContext(
            tenant: tenant, user: user, database: user.database.ledger(id, as: role, environment)))
      }
    }
  }

  /// Adds a route below `/v1/` for everybody.
  func open(
    _ method: HTTPRequest.Method, _ path: String,
    use handler: @escaping @Sendable (Request, TenantContext) async throws -> Response
  ) {
    router.on(RouterPath("v1/\(path)"), method: method) { request, tenant in
      try QueryReader(request).finish()
      return try await handler(request, tenant)
    }
  }

  /// Adds a route below `/v1/` for users of the tenant.
  func user(
    _ method: HTTPRequest.Method, _ path: String,
    use handler: @escaping @Sendable (Request, UserContext) async throws -> Response
  ) {
    router.onUser(RouterPath("v1/\(path)"), method: method) { request, user in
      if method != .get { try QueryReader(request).finish() }
      return try await handler(request, user)
    }
  }
}
