import Finance
import Hummingbird
import Tenancy

/// `/settings/second-step`: has an app's code asked for at each sign-in, and no longer.
struct SecondStepRoutes {
  let settings: SettingsRoutes

  func add(to routes: PageRoutes) {
    routes.userPost("settings/second-step", use: begin)
    routes.userPost("settings/second-step/confirm", use: confirm)
    routes.userPost("settings/second-step/remove", use: remove)
  }

  /// Shows a new secret, once.
  @Sendable private func begin(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let (store, issuer) = (store(user), user.visit.tenant.tenant.displayName)
    do {
      let enrolment = try await user.database.write { try await store.begin(issuer: issuer, $0) }
      return page(
        SecondStepPage(image: try enrolment.image, secret: enrolment.totp.secretText), request, user
      )
    } catch AccessError.totpAlreadyOn {
      return .see(user.site.link("/settings"))
    }
  }

  /// Turns it on, and shows the recovery codes, once.
  @Sendable private func confirm(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let (store, code) = (store(user), form.text("code"))
    do {
      let codes = try await user.database.write { try await store.confirm(code, $0) }
      return page(SecondStepPage(codes: codes), request, user)
    } catch AccessError.wrongFirstCode {
      return page(
        SecondStepPage(codeFault: user.words.settingsWords.firstCodeWrong), isFaulty: true, request,
        user)
    } catch AccessError.totpAlreadyOn, AccessError.totpNotBegun {
      return .see(user.site.link("/settings"))
    }
  }

  @Sendable private func remove(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    var faults = SettingsPage.Faults()
    do {
      guard let password = try? Password(form.exact("password")) else {
        throw AccessError.wrongPassword
      }
      try await user.account.removeTOTP(password: password)
      return .see(user.site.link("/settings?done=second-step"))
    } catch AccessError.wrongPassword {
      faults.removalFault = user.words.settingsWords.passwordWrong
    } catch is TooManyAttempts {
      faults.removalFault = user.words.tooManyAttempts
    }
    return try await settings.respond(faults, isFaulty: true, request, user)
  }

  private func store(_ user: UserVisit) -> TOTPStore {
    TOTPStore(user.database, user.visit.environment)
  }

  private func page(
    _ page: SecondStepPage, isFaulty: Bool = false, _ request: Request, _ user: UserVisit
  ) -> Response {
    .html(
      Templates.render("second-step", user.ownPage(user.words.settingsWords.secondStep), page),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }
}

/// The page on which a second step begins, or has just begun.
private struct SecondStepPage: Sendable {
  /// The secret as a QR code and as text, which nothing shows again.
  var image: String?
  var secret: String?
  var codeFault: String?
  /// What signs in without the app, each once.
  var codes: [String] = []
  let asksCode: Bool

  init(image: String, secret: String) {
    self.image = image
    // Groups of four are easier to type.
    self.secret = stride(from: 0, to: secret.count, by: 4)
      .map { String(secret.dropFirst($0).prefix(4)) }.joined(separator: " ")
    asksCode = true
  }

  init(codeFault: String) {
    self.codeFault = codeFault
    asksCode = true
  }

  init(codes: [String]) {
    self.codes = codes
    asksCode = false
  }
}
