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
}
