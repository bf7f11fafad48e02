import Finance
import Hummingbird
import Tenancy

/// `/sign-in` and `/sign-out`.
struct SignInRoutes {
  func add(to routes: PageRoutes) {
    routes.get("sign-in", use: show)
    routes.post("sign-in", use: signIn)
    routes.userPost("sign-out", use: signOut)
  }

  @Sendable private func show(_ request: Request, _ visit: Visit) async throws -> Response {
    var page = SignInPage(visit)
    page.next = visit.site.localPath(request.query.text("next"))
    page.isReset = request.query.isOn("reset")
    return page.response(visit, request)
  }

  @Sendable private func signIn(
    _ request: Request, _ form: Form, _ visit: Visit
  ) async throws -> Response {
    let words = visit.locale.texts.words
    var page = SignInPage(visit)
    page.next = visit.site.localPath(form.text("next"))
    page.username = form.text("username")
    let code = form.text("code")
    guard let username = try? Username(form.text("username")),
      let password = try? Password(form.exact("password"))
    else {
      page.fault = words.wrongCredentials
      return page.response(visit, request)
    }
    do {
      let signedIn = try await visit.accounts.signIn(
        Credentials(username: username, password: password), code: code.isEmpty ? nil : code,
        on: visit.device(of: request))
      return .signedIn(signedIn, at: page.next, visit)
    } catch AccessError.wrongCredentials {
      page.fault = words.wrongCredentials
    } catch AccessError.codeRequired {
      page.asksCode = true
      page.fault = code.isEmpty ? words.codeNeeded : words.codeWrong
    } catch is TooManyAttempts {
      page.fault = words.tooManyAttempts
    }
    return page.response(visit, request)
  }

  @Sendable private func signOut(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    if let session = user.database.session {
      _ = try await UserSessions(user.database).end(session)
    }
    return .see(user.site.link("/sign-in"), cookie: SessionCookie(site: user.site).removing)
  }
}

private struct SignInPage: Sendable {
  var next: String?
  var username = ""
  var fault: String?
  var asksCode = false
  /// Whether the password was set just now.
  var isReset = false
  let canJoin: Bool

  init(_ visit: Visit) {
    canJoin = visit.tenant.tenant.registration == .open
  }

  func response(_ visit: Visit, _ request: Request) -> Response {
    let frame = visit.page(visit.locale.texts.words.signIn)
    return .html(
      Templates.render("sign-in", frame, self), status: fault == nil ? .ok : .unprocessableContent,
      for: request)
  }
}

extension Visit {
  /// Where somebody signs in from.
  func device(of request: Request) -> Device {
    Device(userAgent: request.headers[.userAgent], peer: tenant.source.peer)
  }
}

extension Response {
  /// Has the browser keep the session, and go on.
  static func signedIn(_ signedIn: SignedIn, at path: String?, _ visit: Visit) -> Response {
    .see(
      visit.site.link(path ?? "/"),
      cookie: SessionCookie(site: visit.site).setting(signedIn.browserSession))
  }
}
