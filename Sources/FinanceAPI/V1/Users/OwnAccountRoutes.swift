import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/me`: a user's own account, password and second factor.
struct OwnAccountRoutes {
  let environment: FinanceEnvironment

  func add(to routes: V1Routes) {
    routes.user(.get, "me", use: show)
    routes.user(.patch, "me", use: update)
    routes.user(.put, "me/password", use: changePassword)
    routes.user(.post, "me/totp", use: beginTOTP)
    routes.user(.post, "me/totp/confirm", use: confirmTOTP)
    routes.user(.delete, "me/totp", use: removeTOTP)
  }

  @Sendable private func show(_ request: Request, _ user: UserContext) async throws -> Response {
    try .one(OwnAccountBody(user: try await account(user).profile()), for: request)
  }

  @Sendable private func update(_ request: Request, _ user: UserContext) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try await request.patchReader(upTo: user.tenant.bodyLimit)
    var patch = OwnAccount.Patch()
    patch.displayName = body.change("display_name", .checked(DisplayName.init))
    patch.locale = body.change("locale", .locale)
    patch.defaultLedger = body.replacement("default_ledger_id", .id)
    try body.finish()
    let changed = try await account(user).update(patch) { user in
      try preconditions.check(OwnAccountBody(user: user).entityTag)
    }
    return .changed(OwnAccountBody(user: changed))
  }

  @Sendable private func changePassword(
    _ request: Request, _ user: UserContext
  ) async throws -> Response {
    try user.requireSession()
    let body = try BodyReader(json: try await request.jsonBytes(upTo: user.tenant.bodyLimit))
    let current = body.required("current_password", .checked(Password.init(_:)))
    let new = body.required("password", .checked(Password.init(chosen:)))
    try body.finish()
    guard let current, let new else { throw body.problem }
    try await account(user).changePassword(from: current, to: new)
    return Response(status: .noContent)
  }

  // MARK: Second factor

  @Sendable private func beginTOTP(
    _ request: Request, _ user: UserContext
  ) async throws -> Response {
    try user.requireSession()
    let input = try await V1Input(request, upTo: user.tenant.bodyLimit)
    try input.body.finish()
    let issuer = user.tenant.tenant.displayName
    let store = TOTPStore(user.database, environment)
    return try await user.write(input, in: store.database) { writer in
      let enrolment = try await store.begin(issuer: issuer, writer)
      let image = try enrolment.image
      return .v1 { json in
        json.object { json in
          json.member("secret", enrolment.totp.secretText)
          json.member("otpauth_url", enrolment.url)
          json.member("qr_svg", image)
        }
      }
    }
  }

  @Sendable private func confirmTOTP(
    _ request: Request, _ user: UserContext
  ) async throws -> Response {
    try user.requireSession()
    let input = try await V1Input(request, upTo: user.tenant.bodyLimit)
    let code = input.body.required("code", .secret)
    try input.body.finish()
    guard let code else { throw input.body.problem }
    let store = TOTPStore(user.database, environment)
    return try await user.write(input, in: store.database) { writer in
      let codes = try await store.confirm(code, writer)
      return .v1 { json in
        json.object { json in
          json.member("recovery_codes", array: codes) { $0.value($1) }
        }
      }
    }
  }

  @Sendable private func removeTOTP(
    _ request: Request, _ user: UserContext
  ) async throws -> Response {
    try user.requireSession()
    let body = try BodyReader(json: try await request.jsonBytes(upTo: user.tenant.bodyLimit))
    let password = body.required("password", .checked(Password.init(_:)))
    try body.finish()
    guard let password else { throw body.problem }
    try await account(user).removeTOTP(password: password)
    return Response(status: .noContent)
  }

  private func account(_ user: UserContext) -> OwnAccount {
    OwnAccount(user.database, environment, for: user.tenant.requester)
  }
}

/// A user as they are shown to themselves.
struct OwnAccountBody: V1Body {
  let user: UserProfile

  var version: Int64 { user.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: user.id)
      json.member("username", user.username)
      json.member("display_name", user.displayName)
      json.member("locale", user.locale)
      json.member("role", user.role.rawValue)
      json.member("totp_enabled", user.hasTOTP)
      json.member("default_ledger_id", id: user.defaultLedger)
      json.member("created_at", user.createdAt)
    }
  }
}
