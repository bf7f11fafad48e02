import Crypto
import Foundation
import Testing

@testable import Gateway
@testable import TenantRegistry

struct ForgedTokenTests {
  /// Whoever has a token of one tenant makes of it what they can, and is refused at the other, at
  /// each of its URLs.
  @Test func noTokenMadeFromAnothersIsAccepted() async throws {
    try await ServerFixture.run { fixture in
      try await fixture.serve { server in
        for tenant in ["acme", "globex"] { try await server.addTenant(tenant) }
        let acme = try Parts(await server.logIn("acme.localhost"))
        let globex = try Parts(await server.logIn("globex.localhost"))
        for (name, token) in try acme.forgeries(against: globex) {
          for door in [FrontDoor.host("globex"), .path("globex")] {
            let answer = try await door.call(
              server, .GET, "/analytics?period=current_month", token: token)
            #expect(answer.status == 401, "\(name) at \(door)")
            #expect(answer.body == "Invalid token", "\(name) at \(door)")
          }
        }
        let honest = try await server.call(
          "globex.localhost", "/analytics?period=current_month", token: globex.token)
        #expect(honest.status == 200)
      }
    }
  }

  /// A token, taken apart.
  private struct Parts {
    let header: [String: Any]
    let payload: [String: Any]
    let signature: String
    let token: String

    init(_ token: String) throws {
      self.token = token
      let parts = token.split(separator: ".").map(String.init)
      header = try Self.object(parts[0])
      payload = try Self.object(parts[1])
      signature = parts[2]
    }

    private static func object(_ part: String) throws -> [String: Any] {
      let json = try JSONSerialization.jsonObject(with: try #require(Data(base64URL: part)))
      return try #require(json as? [String: Any])
    }

    /// Tokens that claim to be `other`'s, by what is wrong with them.
    func forgeries(against other: Parts) throws -> [(String, String)] {
      var unsigned = other.header
      unsigned["alg"] = "none"
      var asymmetric = other.header
      asymmetric["alg"] = "RS256"
      var nameless = other.header
      nameless["kid"] = nil
      let kid = try #require(other.header["kid"] as? String)
      return [
        ("another tenant's token", token),
        ("the other's kid", try encode(other.header, payload) + "." + signature),
        ("the other's payload", try encode(header, other.payload) + "." + signature),
        ("alg none", try encode(unsigned, other.payload) + "."),
        ("alg none, signed", try encode(unsigned, other.payload) + "." + signature),
        ("the kid as the key", try sign(other.header, other.payload, key: kid)),
        ("an empty key", try sign(other.header, other.payload, key: "")),
        ("alg RS256 with an HMAC", try sign(asymmetric, other.payload, key: kid)),
        ("no kid", try encode(nameless, other.payload) + "." + other.signature),
      ]
    }

    private func encode(_ header: [String: Any], _ payload: [String: Any]) throws -> String {
      try [header, payload].map { try JSONSerialization.data(withJSONObject: $0).base64URL }
        .joined(separator: ".")
    }

    private func sign(
      _ header: [String: Any], _ payload: [String: Any], key: String
    ) throws -> String {
      let signed = try encode(header, payload)
      let code = HMAC<SHA256>.authenticationCode(
        for: Data(signed.utf8), using: SymmetricKey(data: Data(key.utf8)))
      return "\(signed).\(Data(code).base64URL)"
    }
  }
}
