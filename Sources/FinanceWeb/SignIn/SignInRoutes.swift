import Finance
import HTTPTypes
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

  /// The page that asks who it is, and carries along what was posted when the session had ended.
  static func ask(for kept: KeptForm, _ request: Request, _ visit: Visit) -> Response {
    var page = SignInPage(visit)
    page.keep(kept)
    page.fault = visit.locale.texts.words.sessionOver
    return page.response(visit, request, status: .unauthorized)
  }

  @Sendable private func signIn(
    _ request: Request, _ form: Form, _ visit: Visit
  ) async throws -> Response {
    let words = visit.locale.texts.words
    let kept = KeptForm(carriedBy: form, visit.site)
    var page = SignInPage(visit)
    page.next = visit.site.localPath(form.text("next"))
    page.username = form.text("username")
    page.keep(kept)
    let step = form.exact("step")
    do {
      switch try await progress(form, request, visit) {
      case .signedIn(let signedIn):
        guard let kept else { return .signedIn(signedIn, at: page.next, visit) }
        return .signedIn(signedIn, with: kept, visit, request)
      case .asksCode(let claims):
        page.step = try await visit.tenant.source.tokenIssuer.issueToken(for: claims)
        page.fault = words.codeNeeded
      }
    } catch AccessError.wrongCredentials {
      page.fault = step.isEmpty ? words.wrongCredentials : words.codeOver
    } catch AccessError.codeRequired {
      page.step = step
      page.fault = form.text("code").isEmpty ? words.codeNeeded : words.codeWrong
    } catch is TooManyAttempts {
      page.step = step.isEmpty ? nil : step
      page.fault = words.tooManyAttempts
    }
    return page.response(visit, request)
  }

  /// Goes on with a name and a password, or with the code that they were followed by.
  ///
  /// - Throws: As `UserAccounts`.
  private func progress(
    _ form: Form, _ request: Request, _ visit: Visit
  ) async throws -> SignInProgress {
    let device = visit.device(of: request)
    guard !form.has("step") else {
      let code = form.text("code")
      guard
        let claims = try? await visit.tenant.source.tokenVerifier.verify(form.exact("step"))
      else { throw AccessError.wrongCredentials }
      return .signedIn(
        try await visit.accounts.finishSignIn(
          claims, code: code.isEmpty ? nil : code, on: device))
    }
    guard let username = try? Username(form.text("username")),
      let password = try? Password(form.exact("password"))
    else { throw AccessError.wrongCredentials }
    return try await visit.accounts.beginSignIn(
      Credentials(username: username, password: password), on: device)
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
  /// Says that the password was right, where a code is asked for as well.
  var step: String?
  /// What was posted when the session had ended.
  private var keptFields: [KeptForm.Field] = []
  /// Whether the password was set just now.
  var isReset = false
  let canJoin: Bool

  init(_ visit: Visit) {
    canJoin = visit.tenant.tenant.registration == .open
  }

  mutating func keep(_ kept: KeptForm?) { keptFields = kept?.carried ?? [] }

  func response(
    _ visit: Visit, _ request: Request, status: HTTPResponse.Status? = nil
  ) -> Response {
    let frame = visit.page(visit.locale.texts.words.signIn)
    return .html(
      Templates.render("sign-in", frame, self),
      status: status ?? (fault == nil ? .ok : .unprocessableContent), for: request)
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

  /// Has the browser keep the session, and shows what was posted before there was one.
  static func signedIn(
    _ signedIn: SignedIn, with kept: KeptForm, _ visit: Visit, _ request: Request
  ) -> Response {
    let session = signedIn.browserSession
    let locale = signedIn.user.locale.map { DisplayLocale($0) } ?? visit.locale
    var frame = PageFrame(
      title: locale.texts.words.keptTitle, tenant: visit.tenant.tenant.displayName,
      site: visit.site, locale: locale)
    frame.theme = visit.theme
    frame.csrf = session.formToken
    return .html(
      Templates.render("kept-form", frame, KeptFormPage(kept, visit.site)),
      headers: [.setCookie: SessionCookie(site: visit.site).setting(session)], for: request)
  }
}
