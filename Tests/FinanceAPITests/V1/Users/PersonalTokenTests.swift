import HTTPTypes
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct PersonalTokenTests {
    private func make(
      _ person: Person, _ scope: String, _ more: String = "", key: String? = nil
    ) async throws -> V1Client.Answer {
      var headers: HTTPFields = [:]
      headers[.idempotencyKey] = key
      return try await person.send(
        .post, "tokens", #"{"name":"script","scope":"\#(scope)"\#(more)}"#, headers: headers)
    }

    private func program(_ answer: V1Client.Answer, _ server: FinanceServer) -> V1Client {
      V1Client(server, token: answer["token"])
    }

    @Test func aTokenIsShownOnceAndOpensWhatItsUserMay() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let made = try await make(sam, "write")
        #expect(made.status == 201)
        #expect(made["token"]?.hasPrefix("terrace_pat_") == true)
        #expect(made.headers[.cacheControl] == "no-store")
        let program = program(made, server)
        try await #expect(program.send(.get, "me")["id"] == sam.id)
        let path = "tokens/\(try #require(made["id"]))"
        #expect(made.headers[.location] == path)
        let shown = try await sam.send(.get, path)
        #expect(shown["token"] == nil && shown["name"] == "script" && shown["scope"] == "write")
        #expect(shown["last_used_at"] != nil)
        let list = try await sam.send(.get, "tokens")
        #expect(list.count() == 1)
        #expect(list["data.0.token"] == nil)
        let token = try #require(made["token"])
        try await #expect(
          server.post("/transaction", #"{"type":"income","amount":1}"#, token: token).status == 200)
      }
    }

    @Test func aTokenThatMayReadChangesNothing() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let reader = program(try await make(sam, "read"), server)
        try await #expect(reader.send(.get, "me").status == 200)
        try await #expect(reader.send(.head, "me").status == 200)
        for (method, path) in [
          (HTTPRequest.Method.patch, "me"), (.delete, "sessions"), (.post, "tokens"),
          (.put, "me/password"), (.post, "ledgers/1/accounts"), (.delete, "tokens/1"),
        ] {
          let answer = try await reader.send(method, path, "{}")
          #expect(answer.status == 403, "\(method) \(path)")
          #expect(answer.problem == "read-only-token")
        }
        let old = try await server.post(
          "/transaction", #"{"type":"income","amount":1}"#, token: reader.token)
        #expect(old.status == 403 && old.isProblem)
        try await #expect(server.analytics(token: reader.token).contains(#""total_income":0"#))
      }
    }

    @Test func aTokenGivesNobodyAccess() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        try await sam.becomeOwner()
        let writer = program(try await make(sam, "write"), server)
        try await #expect(writer.send(.get, "users").status == 200)
        for (method, path, body) in [
          (HTTPRequest.Method.post, "tokens", #"{"name":"x","scope":"write"}"#),
          (.post, "me/totp", "{}"), (.post, "me/totp/confirm", #"{"code":"1"}"#),
          (.delete, "me/totp", #"{"password":"x"}"#),
          (.put, "me/password", #"{"current_password":"x","password":"y"}"#),
          (.post, "invitations", "{}"), (.post, "users/\(sam.id)/password-reset", "{}"),
          (.patch, "users/\(sam.id)", #"{"role":"owner"}"#),
        ] {
          let answer = try await writer.send(method, path, body)
          #expect(answer.status == 403, "\(method) \(path)")
          #expect(answer.problem == "session-required", "\(method) \(path)")
        }
      }
    }

    @Test func aTokenThatSaysSomethingElseIsNone() async throws {
      try await FinanceServer.run { server in
        let (sam, eve) = (try await Person(server), try await Person(server, "eve"))
        let token = try #require(try await make(sam, "read")["token"])
        let bytes = try #require([UInt8](base64URL: token.dropFirst("terrace_pat_".count)))
        var forged: [[UInt8]] = []
        for index in [0, 8, 20] {
          forged.append(bytes)
          forged[forged.count - 1][index] ^= 1
        }
        // As somebody else's.
        forged.append([1] + (try #require(Int64(eve.id))).bytes + bytes.dropFirst(9))
        for bytes in forged {
          let client = V1Client(server, token: "terrace_pat_\(bytes.base64URL)")
          try await #expect(client.send(.get, "me").status == 401)
        }
        let globex = V1Client(server, tenant: "globex", token: token)
        try await #expect(globex.send(.get, "me").status == 401)
      }
    }

    @Test func aRevokedOrExpiredTokenOpensNothing() async throws {
      try await FinanceServer.run { server in
        let (sam, eve) = (try await Person(server), try await Person(server, "eve"))
        let made = try await make(sam, "write", #","expires_at":"2027-01-01T00:00:00Z""#)
        #expect(made["expires_at"] == "2027-01-01T00:00:00Z")
        let program = program(made, server)
        try await #expect(program.send(.get, "me").status == 200)
        _ = try await server.database().query(
          "update personal_token set expires_at = now() - interval '1 second'")
        try await #expect(program.send(.get, "me").status == 401)
        let other = try await make(sam, "write")
        let path = "tokens/\(try #require(other["id"]))"
        try await #expect(eve.send(.get, path).status == 404)
        try await #expect(eve.send(.delete, path).status == 404)
        try await #expect(sam.send(.delete, path).status == 204)
        try await #expect(V1Client(server, token: other["token"]).send(.get, "me").status == 401)
      }
    }

    @Test(arguments: [
      (#""name":"x""#, "/scope"), (#""scope":"read""#, "/name"),
      (#""name":"x","scope":"admin""#, "/scope"), (#""name":"","scope":"read""#, "/name"),
      (#""name":"x","scope":"read","expires_at":"2026-05-15T11:59:59Z""#, "/expires_at"),
      (#""name":"x","scope":"read","expires_at":"9999-01-01T00:00:00Z""#, "/expires_at"),
      (#""name":"x","scope":"read","expires_at":"tomorrow""#, "/expires_at"),
      (#""name":"x","scope":"read","user":"1""#, "/user"),
    ])
    func whatCannotBeIsRefusedByName(members: String, pointer: String) async throws {
      try await FinanceServer.run { server in
        let answer = try await Person(server).send(.post, "tokens", "{\(members)}")
        #expect(answer.status == 400)
        #expect(Set(answer.errors.keys) == [pointer])
      }
    }

    @Test func theSameKeyMakesOneTokenAndAnotherBodyIsRefused() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let first = try await make(sam, "read", key: "k")
        let again = try await make(sam, "read", key: "k")
        #expect(first.status == 201)
        #expect(again.text == first.text && again.headers[.idempotentReplayed] == "true")
        let other = try await make(sam, "write", key: "k")
        #expect(other.status == 422)
        #expect(other.problem == "idempotency-key-reused")
        try await #expect(sam.send(.get, "tokens").count() == 1)
      }
    }
  }
}
