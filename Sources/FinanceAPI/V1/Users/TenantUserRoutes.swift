import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/users`: a tenant's users, for its owners.
struct TenantUserRoutes {
  func add(to routes: V1Routes) {
    routes.user(.get, "users", use: list)
    routes.user(.get, "users/:id", use: show)
    routes.user(.patch, "users/:id", use: update)
    routes.user(.delete, "users/:id", use: erase)
    routes.user(.post, "users/:id/password-reset", use: issuePasswordReset)
  }

  @Sendable private func list(_ request: Request, _ user: UserContext) async throws -> Response {
    let query = QueryReader(request)
    let page = query.idPage(of: "users")
    try query.finish()
    let users = try await users(user).list(limit: page.fetched, after: page.last)
    return page.response(users, id: \.id) { UserBody(user: $1).write(to: &$0) }
  }

  @Sendable private func show(_ request: Request, _ user: UserContext) async throws -> Response {
    guard let found = try await users(user).user(try user.id("id")) else { throw NotFound() }
    return try .one(UserBody(user: found), for: request)
  }

  @Sendable private func update(_ request: Request, _ user: UserContext) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try await request.patchReader(upTo: user.tenant.bodyLimit)
    let isActive = body.replacement("active", .bool)
    let role = body.replacement("role", FieldType<UserRole>.choice)
    try body.finish()
    if role == .owner { try user.requireSession() }
    let changed = try await users(user).update(
      try user.id("id"), isActive: isActive, role: role
    ) { user in
      try preconditions.check(UserBody(user: user).entityTag)
    }
    guard let changed else { throw NotFound() }
    return .changed(UserBody(user: changed))
  }

  @Sendable private func erase(_ request: Request, _ user: UserContext) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let isErased = try await users(user).erase(try user.id("id")) { user in
      try preconditions.check(UserBody(user: user).entityTag)
    }
    guard isErased else { throw NotFound() }
    return Response(status: .noContent)
  }

  @Sendable private func issuePasswordReset(
    _ request: Request, _ user: UserContext
  ) async throws -> Response {
    try user.requireSession()
    let input = try await V1Input(request, upTo: user.tenant.bodyLimit)
    try input.body.finish()
    let (users, id, base) = (users(user), try user.id("id"), user.tenant.source.baseURL())
    return try await user.write(input, in: users.database) { writer in
      guard let link = try await users.issuePasswordReset(of: id, writer) else {
        throw NotFound()
      }
      return .v1(status: 201) { json in
        json.object { json in
          json.member("url", "\(base)/password-reset?token=\(link.token.text)")
          json.member("token", link.token.text)
          json.member("expires_at", link.expiresAt)
        }
      }
    }
  }

  private func users(_ user: UserContext) -> TenantUsers {
    TenantUsers(user.database)
  }
}

/// A user as owners of the tenant see them.
private struct UserBody: V1Body {
  let user: UserProfile

  var version: Int64 { user.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: user.id)
      json.member("username", user.username)
      json.member("display_name", user.displayName)
      json.member("role", user.role.rawValue)
      json.member("active", user.isActive)
      json.member("totp_enabled", user.hasTOTP)
      json.member("created_at", user.createdAt)
    }
  }
}
