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

  /// - Throws: ``MissingToken``; `InvalidToken` if the tenant accepts no such token;
  ///   `AccessError.readOnlyToken` if it may only read, and the request does more.
  init(of request: Request, in tenant: TenantContext) async throws {
    guard let token = request.accessToken else { throw MissingToken() }
    self.tenant = tenant
    database = try await UserDatabase(
      tenant.database, token: token, verifier: tenant.source.tokenVerifier)
    guard database.personalTokenScope != .read || request.method == .get || request.method == .head
    else { throw AccessError.readOnlyToken }
  }

  /// Refuses a personal token, where somebody would be given access.
  ///
  /// - Throws: `AccessError.sessionRequired`.
  func requireSession() throws(AccessError) {
    guard database.personalTokenScope == nil else { throw .sessionRequired }
  }

  /// The answer of a handler, and a note that a personal token was used for it. What fails there is
  /// done the next time.
  func answer(_ handler: () async throws -> Response) async throws -> Response {
    let response = try await handler()
    try? await database.notePersonalTokenUse()
    return response
  }
}

extension RouterMethods<TenantContext> {
  /// Adds a route for users only.
  func onUser(
    _ path: RouterPath, method: HTTPRequest.Method,
    use handler: @escaping @Sendable (Request, UserContext) async throws -> Response
  ) {
    on(path, method: method) { request, context in
      let user = try await UserContext(of: request, in: context)
      return try await user.answer { try await handler(request, user) }
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
