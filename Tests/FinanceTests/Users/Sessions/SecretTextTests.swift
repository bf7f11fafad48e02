import Tenancy
import Testing

@testable import Finance

/// The texts of the secrets that are handed out.
struct SecretTextTests {
  @Test func aRefreshTokenSurvivesItsText() throws {
    let token = RefreshToken(session: .max, family: RandomSecret(), secret: RandomSecret())
    let read = try #require(RefreshToken(token.text))
    #expect(read.session == token.session)
    #expect(read.family.bytes == token.family.bytes)
    #expect(read.secret.bytes == token.secret.bytes)
  }

  @Test func aPersonalTokenSaysWhoseItIsAndWhatItMayDo() throws {
    for scope in PersonalToken.Scope.allCases {
      let token = PersonalTokenText(of: 1 << 50 + 7, scope: scope)
      #expect(token.text.hasPrefix("terrace_pat_"))
      let read = try #require(PersonalTokenText(token.text))
      #expect(read.userID == 1 << 50 + 7)
      #expect(read.scope == scope)
      #expect(read.hash == token.hash)
    }
  }

  @Test func whatSaysSomethingElseHasAnotherHash() throws {
    let token = PersonalTokenText(of: 7, scope: .read)
    var bytes = try #require([UInt8](base64URL: token.text.dropFirst("terrace_pat_".count)))
    bytes[0] = 1
    let forged = try #require(PersonalTokenText("terrace_pat_\(bytes.base64URL)"))
    #expect(forged.scope == .write)
    #expect(forged.hash != token.hash)
  }

  @Test(arguments: ["", "x", "terrace_pat_", "terrace_pat_AAAA", "AAAA"])
  func otherTextsAreNone(text: String) {
    #expect(PersonalTokenText(text) == nil)
    #expect(RefreshToken(text) == nil)
    #expect(LinkToken(text) == nil)
  }

  @Test func noSecretIsPrintedOrReflected() {
    let refresh = RefreshToken(session: 1, family: RandomSecret(), secret: RandomSecret())
    let link = LinkToken()
    for (text, value) in [(refresh.text, refresh as Any), (link.text, link as Any)] {
      var dumped = ""
      dump(value, to: &dumped)
      for shown in ["\(value)", String(reflecting: value), dumped] {
        #expect(!shown.contains(text))
        #expect(shown.count < 200)
      }
    }
  }
}
