/// An HS256 secret that signs a tenant's tokens.
public struct SigningKey: Sendable, Equatable {
  public enum State: String, Sendable {
    /// Signs nothing yet; tokens it signs elsewhere are accepted.
    case next
    /// Signs new tokens.
    case active
    /// Signs nothing any more; its tokens are accepted until they expire.
    case retiring
    /// Its tokens are refused.
    case revoked
  }

  /// The key's name in the header of a token; unique among all tenants.
  public let kid: String
  public let state: State
  public let secret: Secret
  /// When its tokens are refused, in seconds since 1970: of a retiring key, when the last token
  /// that it signed has expired.
  public let expires: Int64?

  /// Whether its tokens count.
  ///
  /// - Parameter now: seconds since 1970.
  public func isLive(at now: Int64) -> Bool {
    state != .revoked && expires.map { now < $0 } ?? true
  }
}
