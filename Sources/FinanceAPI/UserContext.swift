import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// A request of a user of the tenant. There is none without a token that was verified, and there is
/// no other way to a user's data than its ``database``.
struct UserContext: Sendable {
  /// The request of whoever has no token.
  struct MissingToken: Error {}

  let tenant: TenantContext
  let database: UserDatabase

  /// - Parameter token: the request's ``Hummingbird/Request/accessToken``.
  /// - Throws: ``MissingToken``; `InvalidToken` if the tenant accepts no such token.
  init(token: String?, in tenant: TenantContext) async throws {
    guard let token else { throw MissingToken() }
    self.tenant = tenant
    database = try await UserDatabase(
      tenant.database, token: token, verifier: tenant.source.tokenVerifier)
  }
}

extension RouterMethods<TenantContext> {
  /// Adds a route for users only.
  func onUser(
    _ path: RouterPath, method: HTTPRequest.Method,
    use handler: @escaping @Sendable (Request, UserContext) async throws -> Response
  ) {
    on(path, method: method) { request, context in
      try await handler(request, UserContext(token: request.accessToken, in: context))
    }
  }
}

extension Request {
  /// The token in `x-access-token`, or else in `Authorization: Bearer`.
  var accessToken: String? {
    if headers.contains(.accessToken), let token = headers[.accessToken], !token.isEmpty {
      return token
    }
    return headers.bearerToken.map(String.init)
  }
}

extension HTTPField.Name {
  // A constant that is a valid field name.
  fileprivate static let accessToken = HTTPField.Name("x-access-token")!
}
