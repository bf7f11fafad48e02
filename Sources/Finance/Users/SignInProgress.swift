import Tenancy

/// How far somebody has come who signs in with one thing after the other.
package enum SignInProgress: Sendable {
  case signedIn(SignedIn)
  /// The password was right, and a code is asked for. A token of the claims says so for as long as an
  /// access token lasts. It opens nothing by itself, since no session has such an id.
  case asksCode(TokenClaims)
}

extension UserAccounts {
  /// The session of a token that says no more than that a password was right. Ids begin at 1.
  private static let noSession: Int64 = 0

  /// Opens a session of whoever has no second factor.
  ///
  /// - Throws: As ``signIn(_:code:on:)``, but for `codeRequired`.
  package func beginSignIn(
    _ credentials: Credentials, on device: Device
  ) async throws -> SignInProgress {
    let login = try await verified(credentials)
    guard login.secondFactor != nil else {
      return .signedIn(
        try await open(TokenClaims(userID: login.userID, epoch: login.tokenEpoch), on: device))
    }
    return .asksCode(
      TokenClaims(userID: login.userID, epoch: login.tokenEpoch, session: Self.noSession))
  }

  /// Opens a session of whoever has shown their password by ``beginSignIn(_:on:)``.
  ///
  /// - Parameter claims: of a token that was verified.
  /// - Throws: ``AccessError`` `codeRequired`, or `wrongCredentials` if they are no such claims, or no
  ///   longer the user's; ``TooManyAttempts``; `PostgresError`.
  package func finishSignIn(
    _ claims: TokenClaims, code: String?, on device: Device
  ) async throws -> SignedIn {
    guard claims.session == Self.noSession, let user = try await store.login(of: claims.userID),
      user.login.tokenEpoch == claims.epoch
    else { throw AccessError.wrongCredentials }
    try await take(code, of: user.login, user.username)
    return try await open(
      TokenClaims(userID: claims.userID, epoch: claims.epoch), on: device)
  }
}
