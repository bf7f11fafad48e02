import Finance
import Hummingbird
import Tenancy

/// `/users`: who is with the tenant, for its owners. Everybody else is told that they may not.
struct UsersRoutes {
  func add(to routes: PageRoutes) {
    routes.userGet("users") { request, user in try await respond(request, user) }
    routes.userPost("users/invitations", use: invite)
    routes.userPost("users/invitations/:invitation/revoke", use: revoke)
    routes.userGet("users/:user") { request, user in try await respondOne(request, user) }
    routes.userPost("users/:user/role", use: changeRole)
    routes.userPost("users/:user/activity", use: changeActivity)
    routes.userPost("users/:user/password-reset", use: resetPassword)
    routes.userPost("users/:user/erase", use: erase)
  }

  // MARK: All

  private func respond(
    _ request: Request, _ user: UserVisit, _ fill: (inout UsersPage) -> Void = { _ in }
  ) async throws -> Response {
    var page = try await UsersPage(request, user)
    fill(&page)
    return .html(
      Templates.render("users", user.ownPage(user.words.sharingWords.users), page), for: request)
  }

  @Sendable private func invite(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    guard let role = UserRole(rawValue: form.text("role")) else { throw NotFound() }
    let link = try await user.invite(
      Invitations.Draft(role: role, ledger: nil, expiresAt: nil))
    return try await respond(request, user) { $0.freshLink = link }
  }

  @Sendable private func revoke(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    guard try await Invitations(user.database).delete(try user.id("invitation")) else {
      throw NotFound()
    }
    return .see(user.site.link("/users?done=revoked"))
  }

  // MARK: One

  /// - Parameter fill: says what is wrong, or a link that was made just now.
  private func respondOne(
    _ request: Request, _ user: UserVisit, isFaulty: Bool = false,
    _ fill: (inout UserPage) -> Void = { _ in }
  ) async throws -> Response {
    guard let found = try await TenantUsers(user.database).user(try user.id("user")) else {
      throw NotFound()
    }
    var page = UserPage(found, request, user)
    fill(&page)
    return .html(
      Templates.render("user", user.ownPage(page.title), page),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }

  @Sendable private func changeRole(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    guard let role = UserRole(rawValue: form.text("role")) else { throw NotFound() }
    return try await change(request, user, role: role)
  }

  @Sendable private func changeActivity(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    try await change(request, user, isActive: form.isOn("active"))
  }

  private func change(
    _ request: Request, _ user: UserVisit, isActive: Bool? = nil, role: UserRole? = nil
  ) async throws -> Response {
    let id = try user.id("user")
    do {
      let changed = try await TenantUsers(user.database).update(id, isActive: isActive, role: role)
      guard changed != nil else { throw NotFound() }
    } catch AccessError.lastOwner {
      return try await respondOne(request, user, isFaulty: true) {
        $0.generalFault = user.words.sharingWords.lastTenantOwner
      }
    }
    // Who is an owner no longer sees none of this.
    guard id != user.database.userID else { return .see(user.site.link("/")) }
    return .see(user.site.link("/users/\(id)?done=saved"))
  }

  @Sendable private func resetPassword(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let (users, id) = (TenantUsers(user.database), try user.id("user"))
    let issued = try await users.database.write { writer in
      try await users.issuePasswordReset(of: id, writer)
    }
    guard let issued else { throw NotFound() }
    let link =
      "\(user.site.origin)\(user.site.link("/password-reset"))?token=\(issued.token.text)"
    return try await respondOne(request, user) { $0.freshLink = link }
  }

  @Sendable private func erase(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let (users, id, words) = (
      TenantUsers(user.database), try user.id("user"), user.words.sharingWords
    )
    guard let found = try await users.user(id) else { throw NotFound() }
    guard form.text("username") == found.username else {
      return try await respondOne(request, user, isFaulty: true) {
        $0.erasureFault = words.usernameToErase
      }
    }
    do {
      guard try await users.erase(id) else { throw NotFound() }
    } catch AccessError.lastOwner {
      return try await respondOne(request, user, isFaulty: true) {
        $0.erasureFault = words.lastTenantOwner
      }
    }
    return .see(user.site.link(id == user.database.userID ? "/sign-in" : "/users?done=erased"))
  }
}
