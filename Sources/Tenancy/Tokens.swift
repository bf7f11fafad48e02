/// What a verified token says.
public struct TokenClaims: Sendable, Hashable {
  public let userID: Int64
  /// The user's `token_epoch` when the token was issued; it is live only while they are equal.
  public let epoch: Int64
  /// The session that the token is good for; nil of a token that was issued without one.
  public let session: Int64?

  public init(userID: Int64, epoch: Int64, session: Int64? = nil) {
    self.userID = userID
    self.epoch = epoch
    self.session = session
  }

  /// How long a token that says so is good for, in seconds.
  public var lifetime: Int64 {
    session == nil ? TokenLifetime.seconds : TokenLifetime.secondsInSession
  }
}

/// How long an access token is good for.
public enum TokenLifetime {
  /// Without a session. No token is good for longer.
  public static let seconds: Int64 = 12 * 60 * 60
  /// In a session, which gets a new one by its refresh token.
  public static let secondsInSession: Int64 = 15 * 60
}

/// The token is not one that this tenant accepts. It says no more, on purpose.
public struct InvalidToken: Error, Sendable {
  public init() {}
}

/// Issues access tokens of one tenant.
public protocol TokenIssuer: Sendable {
  /// A signed token for the user, valid for ``TokenClaims/lifetime`` from now.
  ///
  /// - Throws: when the tenant has no active signing key.
  func issueToken(for claims: TokenClaims) async throws -> String
}

/// Verifies access tokens of one tenant.
public protocol TokenVerifier: Sendable {
  /// What the token says, if it is live and this tenant's.
  ///
  /// Whether the user and the session still exist, and at that epoch, is for the caller to check.
  func verify(_ token: String) async throws(InvalidToken) -> TokenClaims
}
