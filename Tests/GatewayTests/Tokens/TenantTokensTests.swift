import Crypto
import Foundation
import JWTKit
import Synchronization
import Tenancy
import Testing

@testable import Gateway
@testable import TenantRegistry

struct TenantTokensTests {
  /// A tenant with keys of its own, and hands on its clock and its cache.
  struct Fixture {
    let id = TenantID()
    let masterKey = MasterKey.random()
    let cache: VerifiedTokenCache
    let sealed: [SealedSigningKey]
    let clock: Clock

    init(
      states: [SigningKey.State] = [.active], expires: Int64? = nil,
      cache: VerifiedTokenCache = VerifiedTokenCache(),
      clock: Clock = Clock()
    ) throws {
      self.cache = cache
      self.clock = clock
      sealed = try states.map { [id, masterKey] state in
        let key = SigningKey.random(state)
        return try SigningKey(kid: key.kid, state: state, secret: key.secret, expires: expires)
          .sealed(
            for: id, .shared, keyVersion: 1, MasterKeys(shared: masterKey, dedicated: nil))
      }
    }

    var ring: SigningKeyRing {
      SigningKeyRing(
        sealed: sealed, source: MasterKeys(shared: masterKey, dedicated: nil))
    }

    func tokens(generation: Int64 = 1, keys: SigningKeyRing? = nil) -> TenantTokens {
      TenantTokens(
        tenant: id, generation: generation, keys: keys ?? ring, cache: cache,
        now: { clock.seconds })
    }

    /// A token signed with the first key, header and payload as given.
    func forge(header: [String: Any], payload: [String: Any]) throws -> String {
      try sign(
        try [header, payload].map { try JSONSerialization.data(withJSONObject: $0).base64URL })
    }

    /// A token signed with the first key, of a header and a payload that are spelled already.
    func sign(_ parts: [String]) throws -> String {
      let key = try #require(try ring.keys().first)
      let signed = parts.joined(separator: ".")
      let signature = HMAC<SHA256>.authenticationCode(
        for: Data(signed.utf8), using: SymmetricKey(data: key.secret.bytes))
      return "\(signed).\(Data(signature).base64URL)"
    }

    var kid: String { sealed[0].kid }

    var header: [String: Any] { ["alg": "HS256", "typ": "JWT", "kid": kid] }

    var payload: [String: Any] {
      [
        "id": 7, "sub": "7", "iss": "\(id)", "aud": "\(id)", "exp": clock.seconds + 60,
        "iat": clock.seconds, "jti": "x", "epoch": 3,
      ]
    }
  }

  final class Clock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000)
    var seconds: Int64 { time.withLock { $0 } }
    func advance(by seconds: Int64) { time.withLock { $0 += seconds } }
  }

  private static let claims = TokenClaims(userID: 7, epoch: 3)

  @Test func aTokenSaysWhoItWasIssuedTo() async throws {
    let tokens = try Fixture().tokens()
    let token = try await tokens.issueToken(for: Self.claims)
    #expect(try await tokens.verify(token) == Self.claims)
    #expect(try await tokens.verify(token) == Self.claims)
  }

  @Test func aTokenCarriesTheClaimsOfTheContract() async throws {
    let fixture = try Fixture()
    let token = try await fixture.tokens().issueToken(for: Self.claims)
    let parts = token.split(separator: ".").map { Data(base64URL: String($0)) }
    let header = try JSONSerialization.jsonObject(with: try #require(parts[0])) as? [String: Any]
    let claims = try JSONDecoder().decode(AccessToken.self, from: try #require(parts[1]))
    #expect(header?["kid"] as? String == fixture.kid)
    #expect(header?["alg"] as? String == "HS256")
    #expect(claims.id == 7 && claims.sub == "7" && claims.epoch == 3)
    #expect(claims.iss == fixture.id.description && claims.aud == claims.iss)
    #expect(claims.exp - claims.iat == 12 * 3600)
    #expect(!claims.jti.isEmpty)
  }

  @Test func aTokenEndsWithItsTime() async throws {
    let fixture = try Fixture()
    let tokens = fixture.tokens()
    let token = try await tokens.issueToken(for: Self.claims)
    fixture.clock.advance(by: 12 * 3600 - 1)
    #expect(try await tokens.verify(token) == Self.claims)
    fixture.clock.advance(by: 1)
    await #expect(throws: InvalidToken.self) { try await tokens.verify(token) }
    let afresh = try Fixture(clock: fixture.clock).tokens()
    await #expect(throws: InvalidToken.self) { try await afresh.verify(token) }
  }

  @Test func aTokenOfAnotherTenantIsRefused() async throws {
    let cache = VerifiedTokenCache()
    let acme = try Fixture(cache: cache).tokens()
    let globex = try Fixture(cache: cache).tokens()
    let token = try await acme.issueToken(for: Self.claims)
    _ = try await acme.verify(token)
    await #expect(throws: InvalidToken.self) { try await globex.verify(token) }
  }

  @Test(arguments: [SigningKey.State.active, .retiring, .next])
  func eachLiveKeyVerifies(state: SigningKey.State) async throws {
    let fixture = try Fixture(states: [state])
    let token = try fixture.forge(header: fixture.header, payload: fixture.payload)
    #expect(try await fixture.tokens().verify(token) == Self.claims)
  }

  @Test func onlyTheActiveKeySigns() async throws {
    await #expect(throws: TenantTokens.NoSigningKey.self) {
      try await Fixture(states: [.retiring, .next]).tokens().issueToken(for: Self.claims)
    }
  }

  @Test func anUnsignedTokenIsRefused() async throws {
    let fixture = try Fixture()
    var header = fixture.header
    header["alg"] = "none"
    for header in [header, fixture.header] {
      let token = try fixture.forge(header: header, payload: fixture.payload)
      let unsigned = token.split(separator: ".").prefix(2).joined(separator: ".") + "."
      await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(unsigned) }
    }
  }

  @Test func aRevokedKeyVerifiesNothing() async throws {
    let fixture = try Fixture(states: [.revoked])
    let token = try fixture.forge(header: fixture.header, payload: fixture.payload)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }

  @Test func noTokenOutlivesItsKey() async throws {
    let fixture = try Fixture(states: [.retiring], expires: 1_700_000_030)
    let token = try fixture.forge(header: fixture.header, payload: fixture.payload)
    #expect(try await fixture.tokens().verify(token) == Self.claims)
    fixture.clock.advance(by: 30)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
    let afresh = try Fixture(states: [.retiring], expires: 1_700_000_030, clock: fixture.clock)
    let late = try afresh.forge(header: afresh.header, payload: afresh.payload)
    await #expect(throws: InvalidToken.self) { try await afresh.tokens().verify(late) }
  }

  @Test func aChangeOfTheTenantDropsWhatWasVerified() async throws {
    let fixture = try Fixture()
    let token = try await fixture.tokens().issueToken(for: Self.claims)
    _ = try await fixture.tokens(generation: 1).verify(token)
    let noKeys = SigningKeyRing(
      sealed: [], source: MasterKeys(shared: fixture.masterKey, dedicated: nil))
    #expect(try await fixture.tokens(generation: 1, keys: noKeys).verify(token) == Self.claims)
    await #expect(throws: InvalidToken.self) {
      try await fixture.tokens(generation: 2, keys: noKeys).verify(token)
    }
  }

  @Test(
    arguments: [
      ("alg", "none"), ("alg", "None"), ("alg", "RS256"), ("alg", "ES256"), ("alg", "HS384"),
      ("alg", nil), ("kid", nil), ("kid", "forged"), ("kid", ""), ("crit", "exp"),
      ("typ", "JWE"), ("typ", "at+jwt"), ("typ", ""),
    ] as [(String, String?)])
  func anotherHeaderIsRefused(field: String, value: String?) async throws {
    let fixture = try Fixture()
    var header = fixture.header
    header[field] = field == "crit" ? [value] : value
    let token = try fixture.forge(header: header, payload: fixture.payload)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }

  @Test(arguments: ["iss", "aud", "exp", "id", "sub", "epoch"])
  func aTokenWithoutOneOfItsClaimsIsRefused(claim: String) async throws {
    let fixture = try Fixture()
    var payload = fixture.payload
    payload[claim] = nil
    let token = try fixture.forge(header: fixture.header, payload: payload)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }

  @Test(arguments: ["iss", "aud", "sub"])
  func aTokenWithAnothersClaimIsRefused(claim: String) async throws {
    let fixture = try Fixture()
    var payload = fixture.payload
    payload[claim] = TenantID().description
    let token = try fixture.forge(header: fixture.header, payload: payload)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }

  @Test func aForgedTokenThatIsOtherwiseRightIsAccepted() async throws {
    let fixture = try Fixture()
    let token = try fixture.forge(header: fixture.header, payload: fixture.payload)
    #expect(try await fixture.tokens().verify(token) == Self.claims)
  }

  @Test func anotherTenantsKidWithAnothersKeyIsRefused() async throws {
    let acme = try Fixture()
    let globex = try Fixture()
    var header = globex.header
    header["kid"] = acme.kid
    let token = try globex.forge(header: header, payload: acme.payload)
    await #expect(throws: InvalidToken.self) { try await acme.tokens().verify(token) }
  }

  @Test(arguments: ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "null.null.null"])
  func whatIsNoTokenIsRefused(text: String) async throws {
    let tokens = try Fixture().tokens()
    await #expect(throws: InvalidToken.self) { try await tokens.verify(text) }
  }

  @Test func everyByteOfATokenCounts() async throws {
    let tokens = try Fixture().tokens()
    let token = Array(try await tokens.issueToken(for: Self.claims).utf8)
    let lastDot = try #require(token.lastIndex(of: UInt8(ascii: ".")))
    for index in token.indices.dropLast() where index != lastDot {
      var changed = token
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      let text = String(decoding: changed, as: UTF8.self)
      await #expect(throws: InvalidToken.self) { try await tokens.verify(text) }
    }
  }

  @Test func anOversizeTokenIsRefused() async throws {
    let fixture = try Fixture()
    var payload = fixture.payload
    payload["padding"] = String(repeating: "x", count: 2000)
    let token = try fixture.forge(header: fixture.header, payload: payload)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }
}
