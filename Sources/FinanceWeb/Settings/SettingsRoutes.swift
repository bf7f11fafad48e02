import Finance
import Foundation
import Hummingbird
import Tenancy

/// `/settings`: what somebody sets for themselves.
struct SettingsRoutes {
  func add(to routes: PageRoutes) {
    routes.userGet("settings") { request, user in
      try await respond(SettingsPage.Faults(), request, user)
    }
    routes.userPost("settings/profile", use: changeProfile)
    routes.userPost("settings/password", use: changePassword)
    routes.userPost("settings/sessions/end", use: endAllSessions)
    routes.userPost("settings/sessions/:session/end", use: endSession)
    routes.userPost("settings/tokens", use: makeToken)
    routes.userPost("settings/tokens/:token/revoke", use: revokeToken)
    SecondStepRoutes(settings: self).add(to: routes)
  }

  /// - Parameter fill: puts back what was typed.
  func respond(
    _ faults: SettingsPage.Faults, isFaulty: Bool = false, _ request: Request, _ user: UserVisit,
    _ fill: (inout SettingsPage) -> Void = { _ in }
  ) async throws -> Response {
    var page = try await SettingsPage(request, user)
    page.faults = faults
    fill(&page)
    return .html(
      Templates.render("settings", user.ownPage(user.words.settingsWords.settings), page),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }

  // MARK: Who somebody is, and how they see things

  @Sendable private func changeProfile(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let typed = form.text("name")
    var patch = OwnAccount.Patch()
    do {
      patch.displayName = typed.isEmpty ? .clear : .set(try DisplayName(typed))
    } catch {
      return try await respond(
        .init(nameFault: user.words.settingsWords.nameBad), isFaulty: true, request, user
      ) { $0.typedName = typed }
    }
    // The form has no other than these.
    patch.locale = (try? LocaleTag(form.text("locale"))).map { .set($0) } ?? .clear
    _ = try await user.account.update(patch)
    let theme = Theme(rawValue: form.text("theme"))
    return .see(
      user.site.link("/settings?done=saved"), cookie: Theme.setting(theme, user.site))
  }

  @Sendable private func changePassword(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let words = user.words
    var faults = SettingsPage.Faults()
    let current = try? Password(form.exact("current"))
    let new = try? Password(chosen: form.exact("password"))
    if current == nil { faults.currentFault = words.settingsWords.passwordWrong }
    if new == nil { faults.newFault = words.passwordBad }
    if let current, let new {
      do {
        try await user.account.changePassword(from: current, to: new)
        return .see(user.site.link("/settings?done=password"))
      } catch AccessError.wrongPassword {
        faults.currentFault = words.settingsWords.passwordWrong
      } catch is TooManyAttempts {
        faults.currentFault = words.tooManyAttempts
      }
    }
    return try await respond(faults, isFaulty: true, request, user)
  }

  // MARK: Where somebody is signed in

  @Sendable private func endSession(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    guard try await UserSessions(user.database).end(try user.id("session")) else {
      throw NotFound()
    }
    return .see(user.site.link("/settings?done=session"))
  }

  @Sendable private func endAllSessions(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    try await UserSessions(user.database).endAll()
    return .see(user.site.link("/sign-in"), cookie: SessionCookie(site: user.site).removing)
  }

  // MARK: What programs are given

  @Sendable private func makeToken(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let words = user.words.settingsWords
    let typed = form.text("name")
    guard let name = try? DisplayName(typed),
      let scope = PersonalToken.Scope(rawValue: form.text("scope")),
      let days = Int(form.text("days")),
      (0...3660).contains(days)
    else {
      return try await respond(
        .init(tokenFault: words.nameBad), isFaulty: true, request, user
      ) { $0.typedTokenName = typed }
    }
    let now = user.visit.environment.time
    let expiresAt = days == 0 ? nil : now + Double(days) * 86_400
    let store = PersonalTokenStore(user.database)
    do {
      let text = try await user.database.write { writer in
        try await store.create(name, scope: scope, expiresAt: expiresAt, writer).text
      }
      // It is shown in the answer, and nowhere else.
      return try await respond(.init(), request, user) { $0.freshToken = text }
    } catch AccessError.tooManyTokens {
      return try await respond(
        .init(tokenFault: words.tooManyTokens), isFaulty: true, request, user)
    }
  }

  @Sendable private func revokeToken(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    guard try await PersonalTokenStore(user.database).delete(try user.id("token")) else {
      throw NotFound()
    }
    return .see(user.site.link("/settings?done=token"))
  }
}

extension UserVisit {
  var account: OwnAccount { OwnAccount(database, visit.environment, for: visit.requester) }
}
