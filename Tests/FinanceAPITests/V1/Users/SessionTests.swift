import HTTPTypes
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct SessionTests {
    @Test func whoRegistersIsSignedIn() async throws {
      try await FinanceServer.run { server in
        let anonymous = V1Client(server, token: nil)
        let answer = try await anonymous.send(.post, "register", Person.body("Sam@Example.com"))
        #expect(answer.status == 201)
        #expect(answer["user.username"] == "sam@example.com")
        #expect(answer["user.role"] == "member")
        #expect(answer["user.totp_enabled"] == "false")
        #expect(answer["expires_in"] == "900")
        #expect(answer.headers[.cacheControl] == "no-store")
        let sam = try Person(server, of: answer)
        let me = try await sam.send(.get, "me")
        #expect(me.status == 200)
        #expect(me["id"] == answer["user.id"])
        #expect(me["default_ledger_id"] != nil)
        try await #expect(Person(signIn: "SAM@example.com", server).status == 200)
        let again = try await anonymous.send(.post, "register", Person.body("sam@example.com"))
        #expect(again.status == 409)
        #expect(again.problem == "username-taken")
      }
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() async throws {
      try await FinanceServer.run { server in
        let anonymous = V1Client(server, token: nil)
        let answer = try await anonymous.send(
          .post, "register", #"{"username":"","password":7,"invitation":7,"colour":"red"}"#)
        #expect(answer.status == 400)
        #expect(
          Set(answer.errors.keys) == ["/username", "/password", "/invitation", "/colour"])
        for (path, fields) in [
          ("sessions", ["/username", "/password"]), ("sessions/refresh", ["/refresh_token"]),
          ("password-reset", ["/token", "/password"]),
        ] {
          let answer = try await anonymous.send(.post, path, "{}")
          #expect(answer.status == 400)
          #expect(Set(answer.errors.keys) == Set(fields), "\(path)")
        }
      }
    }

    @Test func aPasswordThatIsChosenHasEightCharactersOrMore() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        for (method, path, members) in [
          (.post, "register", #""username":"kim""#), (.post, "password-reset", #""token":"x""#),
          (.put, "me/password", #""current_password":"\#(Person.password)""#),
        ] as [(HTTPRequest.Method, String, String)] {
          let short = try await sam.send(method, path, #"{\#(members),"password":"1234567"}"#)
          #expect(short.errors == ["/password": "must have at least 8 characters"], "\(short)")
        }
        let eight = try await sam.send(
          .post, "register", #"{"username":"kim","password":"Grüße 12"}"#)
        #expect(eight.status == 201, "\(eight)")
      }
    }

    @Test func aWrongPasswordAndAnUnknownUserLookTheSame() async throws {
      try await FinanceServer.run { server in
        let anonymous = try await Person(server).client.anonymous
        let wrong = try await anonymous.send(
          .post, "sessions", Person.body("sam", password: "wrong"))
        let unknown = try await anonymous.send(.post, "sessions", Person.body("eve"))
        #expect(wrong.status == 401)
        #expect(wrong.problem == "wrong-credentials")
        #expect(unknown.status == 401)
        #expect(unknown["title"] == wrong["title"] && unknown["detail"] == wrong["detail"])
      }
    }

    @Test func aRefreshTokenIsReplacedByEachUse() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let answer = try await sam.refresh()
        #expect(answer.status == 200)
        let next = try Person(server, of: answer)
        #expect(next.refreshToken != sam.refreshToken)
        try await #expect(next.status == 200)
        // An access token ends by itself.
        try await #expect(sam.status == 200)
        try await #expect(next.refresh().status == 200)
      }
    }

    @Test func aUsedRefreshTokenEndsItsSessionAndNoOther() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let elsewhere = try await Person(signIn: "sam", server)
        var latest = sam
        // However long ago it was used.
        for _ in 0..<3 { latest = try Person(server, of: try await latest.refresh()) }
        let reused = try await latest.refresh(sam.refreshToken)
        #expect(reused.status == 401)
        #expect(reused.problem == "refresh-token-reused")
        for ended in [sam, latest] { try await #expect(ended.status == 401) }
        let after = try await latest.refresh()
        #expect(after.status == 401)
        #expect(after.problem == "invalid-refresh-token")
        try await #expect(elsewhere.status == 200)
        try await #expect(elsewhere.refresh().status == 200)
      }
    }

    @Test func aRefreshWhoseAnswerIsLostIsSentAgainWithItsKey() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let lost = try await sam.refresh(key: "one")
        #expect(lost.status == 200 && lost.headers[.idempotentReplayed] == nil)
        let again = try await sam.refresh(key: "one")
        #expect(again.status == 200 && again.headers[.idempotentReplayed] == "true", "\(again)")
        #expect(again["refresh_token"] == lost["refresh_token"])
        let next = try Person(server, of: again)
        try await #expect(next.status == 200)
        // A key is good for nothing without the token, and no longer once the next one is used.
        let latest = try Person(server, of: try await next.refresh(key: "one"))
        #expect(latest.refreshToken != next.refreshToken)
        try await #expect(sam.refresh(key: "one").problem == "refresh-token-reused")
        try await #expect(latest.status == 401)
      }
    }

    @Test(arguments: [nil, "two"])
    func aUsedRefreshTokenWithAnotherKeyEndsItsSession(key: String?) async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let next = try Person(server, of: try await sam.refresh(key: "one"))
        try await #expect(sam.refresh(key: key).problem == "refresh-token-reused")
        try await #expect(next.status == 401)
      }
    }

    @Test func aMadeUpRefreshTokenEndsNoSession() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let token = try #require(RefreshToken(sam.refreshToken))
        let forged = RefreshToken(
          session: token.session, family: RandomSecret(), secret: RandomSecret())
        for text in [forged.text, "", "x", String(sam.refreshToken.dropLast())] {
          let answer = try await sam.refresh(text)
          #expect(answer.status == 401)
          #expect(answer.problem == "invalid-refresh-token")
        }
        try await #expect(sam.status == 200)
        try await #expect(sam.refresh().status == 200)
      }
    }

    @Test func ofTwoRefreshesAtOnceOneGetsThePairAndTheSessionEnds() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        async let first = sam.refresh()
        async let second = sam.refresh()
        let answers = try await [first, second]
        #expect(Set(answers.map(\.status)) == [200, 401])
        let refused = try #require(answers.first { $0.status == 401 })
        #expect(refused.problem == "refresh-token-reused")
        try await #expect(sam.status == 401)
      }
    }

    @Test func oneSeesWhereOneIsSignedInAndSignsOutThere() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let phone = try await Person(
          server,
          of: sam.client.anonymous.send(
            .post, "sessions", Person.body("sam"), headers: [.userAgent: "phone"]))
        let eve = try await Person(server, "eve")
        let list = try await sam.send(.get, "sessions")
        #expect(list.count() == 2)
        #expect(list["data.0.user_agent"] == "phone")
        #expect(list.each("current") == ["false", "true"])
        #expect(list["data.0.peer"] == "127.0.0.1")
        let id = try #require(list["data.0.id"])
        // It is no other user's to end.
        try await #expect(eve.send(.delete, "sessions/\(id)").status == 404)
        try await #expect(phone.status == 200)
        try await #expect(sam.send(.delete, "sessions/\(id)").status == 204)
        try await #expect(phone.status == 401)
        try await #expect(phone.refresh().status == 401)
        try await #expect(sam.send(.delete, "sessions/\(id)").status == 404)
        try await #expect(sam.status == 200)
      }
    }

    @Test func signingOutEverywhereEndsTokensWithoutASessionToo() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let old = try await server.logIn(Person.body("sam"))
        try await #expect(server.get("/analytics?period=current_month", token: old).status == 200)
        let eve = try await Person(server, "eve")
        try await #expect(sam.send(.delete, "sessions").status == 204)
        try await #expect(sam.status == 401)
        try await #expect(sam.refresh().status == 401)
        try await #expect(server.get("/analytics?period=current_month", token: old).status == 401)
        try await #expect(eve.status == 200)
        try await #expect(Person(signIn: "sam", server).status == 200)
      }
    }

    @Test func sessionsArePagedAndACursorOfAnotherListIsRefused() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        for _ in 0..<4 { _ = try await Person(signIn: "sam", server) }
        var (ids, cursor): ([String?], String?) = ([], nil)
        repeat {
          let page = try await sam.send(
            .get, "sessions?limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
          #expect(page.status == 200)
          ids += page.each("id")
          cursor = page["next_cursor"]
        } while cursor != nil
        #expect(ids.count == 5)
        #expect(Set(ids).count == 5)
        let page = try await sam.send(.get, "sessions?limit=2")
        let refused = try await sam.send(
          .get, "tokens?cursor=\(try #require(page["next_cursor"]))")
        #expect(refused.status == 400)
        #expect(Set(refused.errors.keys) == ["cursor"])
        try await #expect(sam.send(.get, "sessions?colour=red").status == 400)
      }
    }

    @Test func aUserHasABoundedNumberOfSessions() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let store = SessionStore(database: try server.database())
        let claims = TokenClaims(userID: try #require(Int64(sam.id)), epoch: 0)
        for _ in 0..<60 {
          _ = try await store.open(for: claims, on: Device(userAgent: nil, peer: "x"))
        }
        let count = try await server.database().query("select count(*) from user_session")
        #expect(try count[0].decode(0, as: Int.self) == SessionStore.maximum)
      }
    }

    @Test func aSessionWhoseTimeIsUpIsOver() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        _ = try await server.database().query(
          "update user_session set expires_at = now() - interval '1 second'")
        try await #expect(sam.refresh().problem == "invalid-refresh-token")
        try await #expect(sam.status == 401)
      }
    }

    @Test func whatOneTenantGivesOutOpensNothingAtAnother() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        _ = try await Person(server, tenant: "globex")
        let globex = V1Client(server, tenant: "globex", token: sam.accessToken)
        try await #expect(globex.send(.get, "me").status == 401)
        let answer = try await globex.send(
          .post, "sessions/refresh", #"{"refresh_token":"\#(sam.refreshToken)"}"#)
        #expect(answer.problem == "invalid-refresh-token")
        try await #expect(sam.refresh().status == 200)
      }
    }

    @Test func withoutATokenThereIsAProblemThatSaysSo() async throws {
      try await FinanceServer.run { server in
        let answer = try await V1Client(server, token: nil).send(.get, "me")
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
      }
    }
  }
}
