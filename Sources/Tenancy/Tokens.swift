/// What a verified token says.
public struct TokenClaims: Sendable, Hashable {
  public let userID: Int64
  /// The user's `token_epoch` when the token was issued; it is live only while they are equal.
  public let epoch: Int64

  public init(userID: Int64, epoch: Int64) {
    self.userID = userID
    self.epoch = epoch
  }
}

/// How long an access token is good for.
public enum TokenLifetime {
  public static let seconds: Int64 = 12 * 60 * 60
}

/// The token is not one that this tenant accepts. It says no more, on purpose.
public struct InvalidToken: Error, Sendable {
  public init() {}
}

/// Issues access tokens of one tenant.
public protocol TokenIssuer: Sendable {
  /// A signed token for the user, valid for ``TokenLifetime`` from now.
  ///
  /// - Throws: when the tenant has no active signing key.
  func issueToken(for claims: TokenClaims) async throws -> String
}

/// Verifies access tokens of one tenant.
public protocol TokenVerifier: Sendable {
  /// What the token says, if it is live and this tenant's.
  ///
  /// Whether the user still exists, and at that epoch, is for the caller to check.
  func verify(_ token: String) async throws(InvalidToken) -> TokenClaims
}
