import HTTPSupport
import Testing

struct ConstantTimeTests {
  @Test(arguments: [
    ("secret", "secret", true), ("", "", true), ("secret", "Secret", false),
    ("secre", "secret", false), ("secretsecret", "secret", false), ("", "secret", false),
    ("a", "", false), ("\0", "", false),
  ])
  func onlyEqualTextsAreEqual(candidate: String, secret: String, equal: Bool) {
    #expect(ConstantTime.equal(candidate.utf8, secret.utf8) == equal)
  }
}
