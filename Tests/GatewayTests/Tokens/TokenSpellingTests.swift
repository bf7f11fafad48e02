import Foundation
import Tenancy
import Testing

@testable import Gateway

/// A token has one spelling (RFC 7515, section 2; RFC 4648, section 3.5), and its JSON is JSON.
struct TokenSpellingTests {
  private typealias Fixture = TenantTokensTests.Fixture

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

  @Test func noOtherSpellingOfATokenIsAccepted() async throws {
    let fixture = try Fixture()
    let tokens = fixture.tokens()
    let token = try await tokens.issueToken(for: TokenClaims(userID: 7, epoch: 3))
    _ = try await tokens.verify(token)
    var others = Self.decorated(token)
    // An HMAC of 32 bytes leaves two bits of its last character unused.
    others += try Self.withOtherBits(1...3, atTheEndOf: token)
    for other in others {
      await #expect(throws: InvalidToken.self, "\(other)") { try await tokens.verify(other) }
    }
  }

  /// Whoever holds the key may sign any text, but a header or a payload of another spelling would
  /// be another token that says the same.
  @Test func headerAndPayloadHaveOneSpellingToo() async throws {
    let fixture = try Fixture()
    for part in 0...1 {
      let plain = try Self.parts(of: fixture)
      // Of three lengths, so that one has no unused bits, one two and one four.
      for spaces in 0...2 {
        var json = try #require(Data(base64URL: plain[part]))
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: spaces))
        let honest = json.base64URL
        var parts = plain
        parts[part] = honest
        _ = try await fixture.tokens().verify(try fixture.sign(parts))
        var spellings = ["=", "==", "A", "AA", "AAA", " ", "\n", "\r\n", "%3D", "+", "/"].map {
          honest + $0
        }
        if honest.count % 4 > 0 {
          spellings += try Self.withOtherBits(
            honest.count % 4 == 2 ? 1...15 : 1...3, atTheEndOf: honest)
        }
        for spelling in spellings {
          parts[part] = spelling
          let token = try fixture.sign(parts)
          await #expect(throws: InvalidToken.self, "\(part): \(spelling)") {
            try await fixture.tokens().verify(token)
          }
        }
      }
    }
  }

  @Test(arguments: [
    "{%@,}", "{,%@}", "{%@}x", "{%@}{}", "[{%@}]", "[%@]", "\u{FEFF}{%@}", "{%@,'x':1}",
    "{%@,x:1}", "{%@,\"x\":+1}", "{%@,\"x\":01}", "{%@,\"x\":1.}", "{%@,\"x\":.1}",
    "{%@,\"x\":0x1}", "{%@,\"x\":NaN}", "{%@,\"x\":Infinity}", "{%@,\"x\":[1,]}",
    "{%@,\"x\":\"\u{1}\"}", "{%@,\"x\":\"\\x41\"}", "{%@,\"x\":\"\\ud800\"}", "{%@} // x",
    "{%@ /* x */}", "{%@;}", "{%@}\u{0}", "{%@}\u{B}", "\u{A0}{%@}", "{%@,\"x\":1,\"x\":1}",
    "{%@,\"x\":{\"y\":1,\"y\":2}}", "{%@", "\"{%@}\"", "null", "true", "7", "\"\"", "[]", "{}",
  ])
  func aHeaderOrPayloadThatIsNoObjectInJSONIsRefused(form: String) async throws {
    let fixture = try Fixture()
    let plain = try Self.parts(of: fixture)
    for part in 0...1 {
      let members = String(
        decoding: try #require(Data(base64URL: plain[part])), as: UTF8.self
      ).dropFirst().dropLast()
      var parts = plain
      parts[part] = Data(form.replacing("%@", with: members).utf8).base64URL
      let token = try fixture.sign(parts)
      await #expect(throws: InvalidToken.self, "\(part)") {
        try await fixture.tokens().verify(token)
      }
    }
  }

  @Test(arguments: ["alg", "kid", "exp", "iss", "id", "epoch"])
  func aMemberThatIsThereTwiceIsRefused(name: String) async throws {
    let fixture = try Fixture()
    let plain = try Self.parts(of: fixture)
    let part = ["alg", "kid"].contains(name) ? 0 : 1
    let json = try #require(Data(base64URL: plain[part]))
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let value = try #require(object[name])
    let again = String(
      decoding: try JSONSerialization.data(withJSONObject: [name: value]), as: UTF8.self)
    var parts = plain
    let members = String(decoding: json, as: UTF8.self).dropLast()
    parts[part] = Data("\(members),\(again.dropFirst())".utf8).base64URL
    let token = try fixture.sign(parts)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }

  /// What a token says of when it counts (RFC 7519, section 4.1): seconds from now, or a value that
  /// is no time.
  @Test(
    arguments: [
      ("nbf", "-1", true), ("nbf", "0", true), ("nbf", "1", false), ("nbf", "3600", false),
      ("nbf", "null", false), ("nbf", "\"0\"", false), ("nbf", "[]", false), ("nbf", "true", false),
      ("iat", "-3600", true), ("iat", "5", true), ("iat", "3600", false), ("iat", "null", false),
      ("iat", "\"0\"", false), ("exp", "0", false), ("exp", "-1", false), ("exp", "null", false),
      ("exp", "\"9\"", false),
    ])
  func aTokenCountsOnlyWhenItSays(claim: String, value: String, counts: Bool) async throws {
    let fixture = try Fixture()
    var payload = fixture.payload
    if let seconds = Int64(value) {
      payload[claim] = fixture.clock.seconds + seconds
    } else {
      let json = Data(value.utf8)
      payload[claim] = try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed)
    }
    let token = try fixture.forge(header: fixture.header, payload: payload)
    if counts {
      #expect(try await fixture.tokens().verify(token).userID == 7)
    } else {
      await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
    }
  }

  @Test(arguments: ["[]", #"["exp"]"#, #"["b64"]"#, #"["kid","alg"]"#, "null", #""exp""#, "1"])
  func aHeaderThatNamesAnExtensionIsRefused(crit: String) async throws {
    let fixture = try Fixture()
    var header = fixture.header
    header["crit"] = try JSONSerialization.jsonObject(
      with: Data(crit.utf8), options: .fragmentsAllowed)
    header["b64"] = true
    let token = try fixture.forge(header: header, payload: fixture.payload)
    await #expect(throws: InvalidToken.self) { try await fixture.tokens().verify(token) }
  }

  /// Header and payload of a good token, as they are spelled.
  private static func parts(of fixture: Fixture) throws -> [String] {
    try fixture.forge(header: fixture.header, payload: fixture.payload)
      .split(separator: ".").prefix(2).map(String.init)
  }

  /// The text with a last character that differs in those bits.
  private static func withOtherBits(
    _ bits: ClosedRange<Int>, atTheEndOf text: String
  ) throws -> [String] {
    let last = try #require(text.last.flatMap(alphabet.firstIndex))
    return bits.map { text.dropLast() + String(alphabet[last ^ $0]) }
  }

  /// The token with what lenient decoders pass over.
  private static func decorated(_ token: String) -> [String] {
    let parts = token.split(separator: ".").map(String.init)
    var others = ["=", "==", "===", " ", "\n", "\r\n", "\t", "\0", ".", "A", "A=", "%3D", "-", "_"]
      .flatMap { [token + $0, $0 + token] }
    for junk in ["=", " ", "\n", "\r\n", "\t", "\0", "%", "é", ","] {
      for part in parts.indices {
        var parts = parts
        let middle = parts[part].index(parts[part].startIndex, offsetBy: 4)
        parts[part].insert(contentsOf: junk, at: middle)
        others.append(parts.joined(separator: "."))
      }
    }
    others.append(token.replacing("-", with: "+").replacing("_", with: "/") + "=")
    others += ["Bearer \(token)", "\"\(token)\"", token.lowercased(), token + "." + parts[2]]
    return others
  }
}
