import HTTPTypes
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct TOTPRoutesTests {
    private func signIn(
      _ server: FinanceServer, _ code: String?, peer: String = "127.0.0.1"
    ) async throws -> V1Client.Answer {
      try await V1Client(server, token: nil).send(
        .post, "sessions", Person.body("sam", code: code), headers: [.testPeer: peer])
    }

    /// Lets the server's clock show the next code's time.
    private func pass(_ server: FinanceServer, minutes: Int) throws {
      try server.clock.set("2026-05-15T12:\(minutes < 10 ? "0" : "")\(minutes):00Z")
    }

    @Test func aCodeIsAskedForOnceTheFirstWasRight() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let begun = try await sam.send(.post, "me/totp")
        #expect(begun.status == 200)
        #expect(begun["otpauth_url"]?.hasPrefix("otpauth://totp/Acme:sam?secret=") == true)
        #expect(begun["qr_svg"]?.hasPrefix("<svg") == true)
        // A secret that nobody has confirmed asks for nothing.
        try await #expect(signIn(server, nil).status == 201)
        let wrong = try await sam.send(.post, "me/totp/confirm", #"{"code":"000000"}"#)
        #expect(wrong.status == 403)
        #expect(wrong.problem == "wrong-code")
        let (app, recovery) = try await sam.turnTOTPOn()
        #expect(recovery.count == 10)
        try await #expect(sam.send(.get, "me")["totp_enabled"] == "true")
        try pass(server, minutes: 1)
        for code in [nil, "", "000000", "nonsense"] {
          let refused = try await signIn(server, code)
          #expect(refused.status == 401)
          #expect(refused.problem == "totp-required")
        }
        try await #expect(signIn(server, app.text(at: server)).status == 201)
      }
    }

    @Test func whatWasLetInWithoutACodeOpensNothingOnceOneIsAskedFor() async throws {
      try await FinanceServer.run { server in
        let (sam, elsewhere) = (try await Person(server), try await Person(signIn: "sam", server))
        let old = try await server.logIn(Person.body("sam"))
        let made = try await sam.send(.post, "tokens", #"{"name":"x","scope":"write"}"#)
        let personal = V1Client(server, token: made["token"])
        _ = try await sam.turnTOTPOn()
        try await #expect(sam.status == 200)
        try await #expect(sam.refresh().status == 200)
        try await #expect(elsewhere.status == 401)
        try await #expect(elsewhere.refresh().status == 401)
        try await #expect(personal.send(.get, "me").status == 401)
        try await #expect(server.get("/analytics?period=current_month", token: old).status == 401)
        // The old route has no code to ask for.
        try await expectEqual(
          server.post("/login", Person.body("sam")),
          .text(401, "Login failed due to incorrect password or username"))
      }
    }

    @Test func aCodeCountsOnceHoweverCloseTheRequestsAre() async throws {
      try await FinanceServer.run { server in
        let (app, _) = try await Person(server).turnTOTPOn()
        // That of the confirmation is used.
        try await #expect(signIn(server, app.text(at: server)).problem == "totp-required")
        try pass(server, minutes: 1)
        let code = app.text(at: server)
        async let first = signIn(server, code)
        async let second = signIn(server, code)
        let statuses = try await [first.status, second.status]
        #expect(statuses.sorted() == [201, 401])
        try await #expect(signIn(server, code).status == 401)
      }
    }

    @Test func aRecoveryCodeLetsInOnce() async throws {
      try await FinanceServer.run { server in
        let (_, recovery) = try await Person(server).turnTOTPOn()
        try await #expect(signIn(server, recovery[3].uppercased()).status == 201)
        try await #expect(signIn(server, recovery[3]).problem == "totp-required")
        async let first = signIn(server, recovery[4])
        async let second = signIn(server, recovery[4])
        let statuses = try await [first.status, second.status]
        #expect(statuses.sorted() == [201, 401])
      }
    }

    @Test func removingItTakesThePassword() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        _ = try await sam.turnTOTPOn()
        try await #expect(sam.send(.post, "me/totp").problem == "totp-already-on")
        let refused = try await sam.send(.delete, "me/totp", #"{"password":"wrong"}"#)
        #expect(refused.problem == "wrong-password")
        let removed = try await sam.send(
          .delete, "me/totp", #"{"password":"\#(Person.password)"}"#)
        #expect(removed.status == 204)
        try await #expect(signIn(server, nil).status == 201)
        try await #expect(
          sam.send(.post, "me/totp/confirm", #"{"code":"123456"}"#).problem == "totp-not-begun")
      }
    }

    @Test func guessingCodesIsBoundedForThePeerAndTheAccount() async throws {
      try await FinanceServer.run { server in
        let (app, recovery) = try await Person(server).turnTOTPOn()
        try pass(server, minutes: 1)
        try await #expect(signIn(server, app.text(at: server)).status == 201)
        for _ in 0..<5 {
          try await #expect(signIn(server, "000000", peer: "192.0.2.1").status == 401)
        }
        try await #expect(signIn(server, "000000", peer: "192.0.2.1").status == 429)
        // Not even a right code gets a verdict then, and it is not used up.
        try await #expect(signIn(server, recovery[0], peer: "192.0.2.1").status == 429)
        for peer in 1...40 {
          _ = try await signIn(server, "000000", peer: "198.51.\(peer).1")
        }
        try await #expect(signIn(server, recovery[0], peer: "203.0.113.1").status == 429)
        // From where the user has signed in before, they still do.
        try await #expect(signIn(server, recovery[0]).status == 201)
      }
    }

    @Test func theSameKeyShowsTheSameRecoveryCodesAndNobodyReadsThemInTheTable() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        _ = try await sam.send(.post, "me/totp")
        let rows = try await server.database().query("select totp_secret from app_user")
        let app = TOTP(secret: try rows[0].decode(0))
        let body = #"{"code":"\#(app.text(at: server))"}"#
        let headers: HTTPFields = [.idempotencyKey: "5f1c0d3e"]
        let first = try await sam.send(.post, "me/totp/confirm", body, headers: headers)
        let again = try await sam.send(.post, "me/totp/confirm", body, headers: headers)
        #expect(first.status == 200)
        #expect(again.text == first.text)
        #expect(again.headers[.idempotentReplayed] == "true")
        let code = try #require(first["recovery_codes.0"])
        let kept = try await server.database().query(
          "select key || headers || body from idempotency_key")
        #expect(kept.count == 1)
        #expect(try !kept[0].decode(0, as: String.self).contains(code))
        #expect(try !kept[0].decode(0, as: String.self).contains("5f1c0d3e"))
      }
    }
  }
}
