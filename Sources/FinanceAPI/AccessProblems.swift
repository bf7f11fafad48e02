import Finance
import HTTPSupport
import HTTPTypes

/// What is said, on every route, of who may not come in.
extension Problem {
  init(_ error: TooManyAttempts) {
    self.init(
      .tooManyRequests, type: "too-many-logins", title: "Too many wrong passwords, codes or tokens",
      detail: """
        From this address, or for this user, too many attempts failed. Try again in \
        \(error.retryAfter) s. Each replica of the server counts those that come to it.
        """,
      headers: [.retryAfter: String(error.retryAfter)])
  }

  static let hashingBusy = Problem.unavailable(
    type: "overloaded", title: "Too many logins and registrations wait", retryAfter: 2)

  init(_ error: AccessError) {
    switch error {
    case .wrongCredentials: self = .wrongCredentials
    case .codeRequired: self = .codeRequired
    case .invalidRefreshToken: self = .invalidRefreshToken
    case .refreshTokenReused: self = .refreshTokenReused
    case .wrongPassword: self = .wrongPassword
    case .wrongFirstCode: self = .wrongFirstCode
    case .invalidLink: self = .invalidLink
    case .registrationClosed: self = .registrationClosed
    case .invitationRequired: self = .invitationRequired
    case .readOnlyToken: self = .readOnlyToken
    case .sessionRequired: self = .sessionRequired
    case .notOwner: self = .notOwner
    case .lastOwner: self = .lastOwner
    case .totpAlreadyOn: self = .totpAlreadyOn
    case .totpNotBegun: self = .totpNotBegun
    case .unknownLedger: self = .unknownLedger
    case .tooManyTokens: self = .tooManyTokens
    }
  }

  private static let wrongCredentials = Problem(
    .unauthorized, type: "wrong-credentials", title: "The username or the password is wrong",
    headers: [.wwwAuthenticate: "Bearer"])

  private static let codeRequired = Problem(
    .unauthorized, type: "totp-required", title: "A code is needed",
    detail:
      "Send the code of your authenticator app, or a recovery code, as code. Each counts once.",
    headers: [.wwwAuthenticate: "Bearer"])

  private static let invalidRefreshToken = Problem(
    .unauthorized, type: "invalid-refresh-token", title: "The refresh token is not valid",
    detail: "Its session has ended, or there never was one. Sign in again.",
    headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])

  private static let refreshTokenReused = Problem(
    .unauthorized, type: "refresh-token-reused", title: "The refresh token was used before",
    detail: "Somebody else may have it, so its session has ended. Sign in again.",
    headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])

  private static let wrongPassword = Problem(
    .forbidden, type: "wrong-password", title: "The password is wrong")

  private static let wrongFirstCode = Problem(
    .forbidden, type: "wrong-code", title: "The code is wrong",
    detail: "Nothing has changed. Send the code that your app shows now.")

  private static let invalidLink = Problem(
    .forbidden, type: "invalid-link", title: "The link is not valid",
    detail: "It was used, taken back, or its time is up. Ask for another.")

  private static let registrationClosed = Problem(
    .forbidden, type: "registration-closed", title: "Registration is closed",
    detail: "The tenant takes no new users.")

  private static let invitationRequired = Problem(
    .forbidden, type: "invitation-required", title: "An invitation is needed",
    detail: "An owner of this tenant invites its users: POST /v1/register takes the invitation.")

  private static let readOnlyToken = Problem(
    .forbidden, type: "read-only-token", title: "The token may only read")

  private static let sessionRequired = Problem(
    .forbidden, type: "session-required", title: "A personal token cannot do this",
    detail: "What gives somebody access takes a session: sign in.")

  private static let notOwner = Problem(
    .forbidden, type: "tenant-owner-only", title: "Only an owner of the tenant may do this")

  private static let lastOwner = Problem(
    .conflict, type: "last-owner", title: "The tenant would have no owner",
    detail: "Make somebody else an owner first.")

  private static let totpAlreadyOn = Problem(
    .conflict, type: "totp-already-on", title: "There is an authenticator app already",
    detail: "Remove it first.")

  private static let totpNotBegun = Problem(
    .conflict, type: "totp-not-begun", title: "There is no authenticator app to confirm",
    detail: "POST /v1/me/totp begins.")

  private static let unknownLedger = Problem.invalid([
    .init(.pointer, field: "/ledger_id", message: "is no ledger of which you are an owner")
  ])

  private static let tooManyTokens = Problem(
    .conflict, type: "too-many-tokens", title: "There are too many personal tokens",
    detail: "A user has at most \(PersonalTokenStore.maximum). Revoke one first.")
}
