import JWTKit

/// The claims of an access token (RFC 7519), times in seconds since 1970.
struct AccessToken: JWTPayload, Equatable {
  /// The user's id, as clients of old read it.
  let id: Int64
  /// The same, as the standard wants it.
  let sub: String
  /// The tenant's id.
  let iss: String
  /// The tenant's id.
  let aud: String
  let exp: Int64
  let iat: Int64
  let jti: String
  /// The user's token epoch.
  let epoch: Int64

  /// Nothing: the claims depend on the tenant and the clock, which JWTKit does not know here.
  /// ``TenantTokens`` checks them.
  func verify(using algorithm: some JWTAlgorithm) async throws {}
}
