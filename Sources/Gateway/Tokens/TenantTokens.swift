import Foundation
import Glibc
import JWTKit
import Tenancy
import TenantRegistry

/// Issues and verifies the tokens of one tenant, as the registry had it at one generation.
///
/// Each signing key gets a JWTKit collection of its own, since a collection answers an unknown
/// `kid` with its first key.
final class TenantTokens: TokenIssuer, TokenVerifier {
  /// The tenant has no key to sign with.
  struct NoSigningKey: Error {}

  /// Bytes of a token that are looked at; our own have fewer than 500.
  static let maximumLength = 2048

  /// Seconds by which the clock of the replica that issued a token may be ahead of this one's.
  static let clockSkew: Int64 = 60

  private let tenant: TenantID
  private let generation: Int64
  private let keys: SigningKeyRing
  private let cache: VerifiedTokenCache
  private let now: @Sendable () -> Int64

  /// - Parameters:
  ///   - generation: Changes whenever the tenant's keys or state do: verified tokens are
  ///     remembered under it.
  ///   - now: Seconds since 1970.
  init(
    tenant: TenantID, generation: Int64, keys: SigningKeyRing, cache: VerifiedTokenCache,
    now: @escaping @Sendable () -> Int64 = SystemClock.seconds
  ) {
    self.tenant = tenant
    self.generation = generation
    self.keys = keys
    self.cache = cache
    self.now = now
  }

  func issueToken(for claims: TokenClaims) async throws -> String {
    guard let key = try keys.activeKey() else { throw NoSigningKey() }
    let (issued, name) = (now(), tenant.description)
    let payload = AccessToken(
      id: claims.userID, sub: String(claims.userID), iss: name, aud: name,
      exp: issued + claims.lifetime, iat: issued, jti: UUID.random().uuidString.lowercased(),
      epoch: claims.epoch, sid: claims.session)
    return try await Self.collection(of: key).sign(payload, kid: JWKIdentifier(string: key.kid))
  }

  func verify(_ token: String) async throws(InvalidToken) -> TokenClaims {
    guard token.utf8.count <= Self.maximumLength else { throw InvalidToken() }
    let key = VerifiedTokenCache.Key(tenant: tenant, token: token)
    if let known = cache[key, generation: generation] {
      guard known.expires > now() else { throw InvalidToken() }
      return known.claims
    }
    let (payload, expires) = try await check(token)
    let claims = TokenClaims(
      userID: payload.id, epoch: payload.epoch, session: payload.sid)
    cache.insert(.init(claims: claims, expires: expires, generation: generation), for: key)
    return claims
  }

  /// What the token says, and until when: not longer than its key counts.
  private func check(_ token: String) async throws(InvalidToken) -> (AccessToken, expires: Int64) {
    do {
      guard let form = CompactToken(token), form.isPlain,
        case .string(let kid) = form.header["kid"],
        let key = try keys.keys().first(where: { $0.kid == kid }), key.isLive(at: now())
      else { throw InvalidToken() }
      let payload = try await Self.collection(of: key).verify(token, as: AccessToken.self)
      let name = tenant.description
      guard payload.iss == name, payload.aud == name, payload.exp > now(),
        payload.iat <= now() + Self.clockSkew, form.hasBegun(at: now()),
        payload.sub == String(payload.id)
      else { throw InvalidToken() }
      return (payload, min(payload.exp, key.expires ?? payload.exp))
    } catch {
      throw InvalidToken()
    }
  }

  private static func collection(of key: SigningKey) async -> JWTKeyCollection {
    await JWTKeyCollection().add(
      hmac: HMACKey(from: key.secret.bytes), digestAlgorithm: .sha256,
      kid: JWKIdentifier(string: key.kid))
  }
}

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
  /// The session's id, if the token is good for one.
  let sid: Int64?

  /// Nothing: the claims depend on the tenant and the clock, which JWTKit does not know here.
  /// ``TenantTokens`` checks them.
  func verify(using algorithm: some JWTAlgorithm) async throws {}
}

/// The time of day, cheaply.
enum SystemClock {
  /// Whole seconds since 1970; some milliseconds late at most.
  @Sendable static func seconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec)
  }
}
