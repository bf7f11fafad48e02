import Finance
import Hummingbird
import Tenancy

/// `/join`, where the links of invitations lead, and `/password-reset`, where an owner's links do.
struct JoinRoutes {
  func add(to routes: PageRoutes) {
    routes.get("join", use: show)
    routes.post("join", use: join)
    routes.get("password-reset", use: showReset)
    routes.post("password-reset", use: reset)
  }

  // MARK: Joining

  @Sendable private func show(_ request: Request, _ visit: Visit) async throws -> Response {
    JoinPage(visit, secret: request.query.text("invitation")).join(visit, request)
  }

  @Sendable private func join(
    _ request: Request, _ form: Form, _ visit: Visit
  ) async throws -> Response {
    let words = visit.locale.texts.words
    var page = JoinPage(visit, secret: form.text("invitation"))
    page.username = form.text("username")
    let username = try? Username(new: page.username)
    let password = try? Password(chosen: form.exact("password"))
    if username == nil { page.usernameFault = words.usernameBad }
    if password == nil { page.passwordFault = words.passwordBad }
    guard let username, let password else { return page.join(visit, request) }
    do {
      let signedIn = try await visit.accounts.register(
        Credentials(username: username, password: password),
        invitation: page.secret.isEmpty ? nil : page.secret, on: visit.device(of: request))
      return .signedIn(signedIn, at: nil, visit)
    } catch is UsernameTaken {
      page.usernameFault = words.usernameTaken
    } catch AccessError.invalidLink {
      page.fault = words.linkBad
    } catch AccessError.registrationClosed, AccessError.invitationRequired {
      page.isClosed = true
    } catch is TooManyAttempts {
      page.fault = words.tooManyAttempts
    }
    return page.join(visit, request)
  }

  // MARK: Setting a password

  @Sendable private func showReset(_ request: Request, _ visit: Visit) async throws -> Response {
    JoinPage(visit, secret: request.query.text("token")).reset(visit, request)
  }

  @Sendable private func reset(
    _ request: Request, _ form: Form, _ visit: Visit
  ) async throws -> Response {
    let words = visit.locale.texts.words
    var page = JoinPage(visit, secret: form.text("token"))
    guard let password = try? Password(chosen: form.exact("password")) else {
      page.passwordFault = words.passwordBad
      return page.reset(visit, request)
    }
    do {
      try await visit.accounts.resetPassword(page.secret, to: password)
      return .see(visit.site.link("/sign-in?reset=1"))
    } catch AccessError.invalidLink {
      page.fault = words.linkBad
    } catch is TooManyAttempts {
      page.fault = words.tooManyAttempts
    }
    return page.reset(visit, request)
  }
}

/// The form of somebody who chooses a password, and a name if they are new.
private struct JoinPage: Sendable {
  /// Of the link that led here; empty if none did.
  let secret: String
  let isInvited: Bool
  var isClosed: Bool
  var username = ""
  var fault: String?
  var usernameFault: String?
  var passwordFault: String?

  init(_ visit: Visit, secret: String) {
    self.secret = secret
    isInvited = !secret.isEmpty
    isClosed = secret.isEmpty && visit.tenant.tenant.registration != .open
  }

  private var isFaulty: Bool { fault != nil || usernameFault != nil || passwordFault != nil }

  func join(_ visit: Visit, _ request: Request) -> Response {
    let words = visit.locale.texts.words
    return response("join", isClosed ? words.joinClosedTitle : words.join, visit, request)
  }

  func reset(_ visit: Visit, _ request: Request) -> Response {
    response("password-reset", visit.locale.texts.words.resetTitle, visit, request)
  }

  private func response(
    _ template: String, _ title: String, _ visit: Visit, _ request: Request
  ) -> Response {
    .html(
      Templates.render(template, visit.page(title), self),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }
}
