import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// The routes of pages. A page is got, and a form is posted; a posted form answers with a redirect, or
/// with itself where something is wrong.
struct PageRoutes {
  let router: Router<TenantContext>
  let door: Door

  /// Who comes in to see pages.
  struct Door: Sendable {
    let environment: FinanceEnvironment
    /// Whether pages are on plain HTTP too, and on path URLs, where tenants share an origin.
    let isDevelopment: Bool

    /// - Throws: `Problem` 404.
    func visit(_ request: Request, _ tenant: TenantContext) throws -> Visit {
      // Who asks for no page gets what was here before there were any.
      guard request.method != .get && request.method != .head || request.wantsHTML else {
        throw Problem.status(.notFound)
      }
      let visit = Visit(request, tenant, self)
      guard isDevelopment || visit.site.prefix.isEmpty else { throw Problem.status(.notFound) }
      return visit
    }
  }

  /// A page for everybody.
  func get(
    _ path: String, use handler: @escaping @Sendable (Request, Visit) async throws -> Response
  ) {
    router.get(RouterPath(path)) { [door] request, tenant in
      try await handler(request, try door.visit(request, tenant))
    }
  }

  /// A form of somebody who has not signed in.
  func post(
    _ path: String, use handler: @escaping @Sendable (Request, Form, Visit) async throws -> Response
  ) {
    router.post(RouterPath(path)) { [door] request, tenant in
      let visit = try door.visit(request, tenant)
      try visit.site.requireOwnForm(request)
      return try await handler(request, try await request.form(upTo: tenant.bodyLimit), visit)
    }
  }

  /// A page of somebody who has signed in.
  func userGet(
    _ path: String, use handler: @escaping @Sendable (Request, UserVisit) async throws -> Response
  ) {
    get(path) { request, visit in try await handler(request, try await UserVisit(request, visit)) }
  }

  /// A form of somebody who has signed in. What the books do not take, and the handler does not say, is
  /// said on the page that the form was on.
  func userPost(
    _ path: String,
    use handler: @escaping @Sendable (Request, Form, UserVisit) async throws -> Response
  ) {
    post(path) { request, form, visit in
      let user: UserVisit
      do {
        user = try await UserVisit(request, visit)
      } catch let error as InvalidToken {
        guard request.wantsHTML, let kept = KeptForm(form, of: request, visit.site) else {
          throw error
        }
        return SignInRoutes.ask(for: kept, request, visit)
      }
      guard user.session.accepts(formToken: form.exact("csrf")) else { throw ForeignForm() }
      do {
        return try await handler(request, form, user)
      } catch {
        guard request.wantsHTML, let refusal = Refusal(error) else { throw error }
        return user.refused(refusal, form, request)
      }
    }
  }

  /// A page of a ledger, below `/ledgers/{ledger}`.
  func ledgerGet(
    _ path: String, use handler: @escaping @Sendable (Request, LedgerVisit) async throws -> Response
  ) {
    userGet("ledgers/:ledger\(path)") { request, user in
      try await handler(request, try LedgerVisit(user, user.id("ledger"), as: .viewer))
    }
  }

  /// A form that changes a ledger.
  func ledgerPost(
    _ path: String,
    use handler: @escaping @Sendable (Request, Form, LedgerVisit) async throws -> Response
  ) {
    userPost("ledgers/:ledger\(path)") { request, form, user in
      try await handler(request, form, try LedgerVisit(user, user.id("ledger"), as: .editor))
    }
  }

  /// A form of a ledger with a file in it. Whoever reads it looks at the session's token in it.
  func ledgerUpload(
    _ path: String, use handler: @escaping @Sendable (Request, LedgerVisit) async throws -> Response
  ) {
    router.post(RouterPath("ledgers/:ledger\(path)")) { [door] request, tenant in
      let visit = try door.visit(request, tenant)
      try visit.site.requireOwnForm(request)
      let user = try await UserVisit(request, visit)
      return try await handler(request, try LedgerVisit(user, user.id("ledger"), as: .editor))
    }
  }
}

extension UserVisit {
  /// The id in a part of the route's path.
  ///
  /// - Throws: `NotFound` if it is none: nothing has such an id.
  func id(_ name: String) throws -> Int64 {
    guard let id = Int64(id: try visit.tenant.parameters.require(name)) else { throw NotFound() }
    return id
  }
}
