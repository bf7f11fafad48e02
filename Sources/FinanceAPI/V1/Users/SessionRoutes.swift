import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/register`, `/v1/sessions` and `/v1/password-reset`: how people come in, and where they are in.
struct SessionRoutes {
  let environment: FinanceEnvironment

  func add(to routes: V1Routes) {
    routes.open(.post, "register", use: register)
    routes.open(.post, "sessions", use: signIn)
    routes.open(.post, "sessions/refresh", use: refresh)
    routes.open(.post, "password-reset", use: resetPassword)
    routes.user(.get, "sessions", use: list)
    routes.user(.delete, "sessions", use: endAll)
    routes.user(.delete, "sessions/:id", use: end)
  }

  // MARK: Coming in

  @Sendable private func register(
    _ request: Request, _ context: TenantContext
  ) async throws -> Response {
    let body = try await request.body(of: context)
    let username = body.required("username", .checked(Username.init(new:)))
    let password = body.required("password", .checked(Password.init(chosen:)))
    let invitation = body.optional("invitation", .secret)
    try body.finish()
    guard let username, let password else { throw body.problem }
    let signedIn = try await accounts(context).register(
      Credentials(username: username, password: password), invitation: invitation,
      on: request.device(of: context))
    return try await answer(signedIn, context, status: .created, at: "me")
  }

  @Sendable private func signIn(
    _ request: Request, _ context: TenantContext
  ) async throws -> Response {
    let body = try await request.body(of: context)
    let username = body.required("username", .checked(Username.init(_:)))
    let password = body.required("password", .checked(Password.init(_:)))
    let code = body.optional("code", .secret)
    try body.finish()
    guard let username, let password else { throw body.problem }
    let signedIn = try await accounts(context).signIn(
      Credentials(username: username, password: password), code: code,
      on: request.device(of: context))
    return try await answer(
      signedIn, context, status: .created,
      at: signedIn.claims.session.map { "sessions/\($0)" })
  }

  @Sendable private func refresh(
    _ request: Request, _ context: TenantContext
  ) async throws -> Response {
    let key = try request.idempotencyName()
    let body = try await request.body(of: context)
    let token = body.required("refresh_token", .secret)
    try body.finish()
    guard let token else { throw body.problem }
    let (signedIn, isReplay) = try await accounts(context)
      .refresh(token, once: key, on: request.device(of: context))
    var response = try await answer(signedIn, context, status: .ok)
    if isReplay { response.headers[.idempotentReplayed] = "true" }
    return response
  }

  @Sendable private func resetPassword(
    _ request: Request, _ context: TenantContext
  ) async throws -> Response {
    let body = try await request.body(of: context)
    let token = body.required("token", .secret)
    let password = body.required("password", .checked(Password.init(chosen:)))
    try body.finish()
    guard let token, let password else { throw body.problem }
    try await accounts(context).resetPassword(token, to: password)
    return Response(status: .noContent)
  }

  private func answer(
    _ signedIn: SignedIn, _ context: TenantContext, status: HTTPResponse.Status,
    at location: String? = nil
  ) async throws -> Response {
    let claims = signedIn.claims
    let token = try await context.source.tokenIssuer.issueToken(for: claims)
    let headers: HTTPFields = location.map { [.location: $0] } ?? [:]
    return Response.v1(status: status, headers: headers) { json in
      json.object { json in
        json.name("user")
        OwnAccountBody(user: signedIn.user).write(to: &json)
        json.member("access_token", token)
        json.member("token_type", "Bearer")
        json.member("expires_in", Int(claims.lifetime))
        json.member("refresh_token", signedIn.refreshToken.text)
      }
    }.forNobodyElse
  }

  private func accounts(_ context: TenantContext) -> UserAccounts {
    UserAccounts(
      of: context.tenant, in: context.database, environment, for: context.requester)
  }

  // MARK: Being in

  @Sendable private func list(_ request: Request, _ user: UserContext) async throws -> Response {
    let query = QueryReader(request)
    let page = query.idPage(of: "sessions")
    try query.finish()
    let sessions = try await UserSessions(user.database).list(
      limit: page.fetched, before: page.last)
    return page.response(sessions, id: \.id) { json, session in
      json.object { json in
        json.member("id", id: session.id)
        json.member("current", session.id == user.database.session)
        json.member("user_agent", session.userAgent)
        json.member("peer", session.peer)
        json.member("created_at", session.createdAt)
        json.member("last_used_at", session.lastUsedAt)
        json.member("expires_at", session.expiresAt)
      }
    }
  }

  @Sendable private func end(_ request: Request, _ user: UserContext) async throws -> Response {
    guard try await UserSessions(user.database).end(try user.id("id")) else {
      throw NotFound()
    }
    return Response(status: .noContent)
  }

  @Sendable private func endAll(_ request: Request, _ user: UserContext) async throws -> Response {
    try await UserSessions(user.database).endAll()
    return Response(status: .noContent)
  }
}

extension Request {
  /// The JSON object that the request has.
  fileprivate func body(of context: TenantContext) async throws -> BodyReader {
    try BodyReader(json: try await jsonBytes(upTo: context.bodyLimit))
  }

  /// Where somebody signs in from.
  fileprivate func device(of context: TenantContext) -> Device {
    Device(userAgent: headers[.userAgent], peer: context.source.peer)
  }
}
