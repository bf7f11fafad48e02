import Testing

@testable import TenantRegistry

@Suite struct SCRAMVerifierTests {
  /// Computed apart with Python's `hashlib.pbkdf2_hmac`; that Postgres takes it as a password,
  /// every test that logs in shows.
  @Test func isWhatPostgresWouldStore() {
    let verifier = SCRAMVerifier(
      password: Secret(Array("pencil".utf8)), salt: Array("0123456789abcdef".utf8))
    #expect(
      verifier.description
        == "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$nQpbZ77WudtqufPwikHXGRt6g2QJ4zns8bZLw273DRM=:jn2amWP1q1h+jgjy0YTO14S6/F02SV7taipOeB7ef20="
    )
  }
}
