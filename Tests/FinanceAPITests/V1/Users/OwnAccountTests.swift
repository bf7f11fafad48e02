import HTTPTypes
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct OwnAccountTests {
    @Test func aPatchChangesWhatItNamesAndNullRemoves() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let first = try await sam.send(
          .patch, "me", #"{"display_name":"Sam J.","locale":"de-CH"}"#,
          headers: [.contentType: "application/merge-patch+json"])
        #expect(first.status == 200)
        #expect(first["display_name"] == "Sam J." && first["locale"] == "de-CH")
        let second = try await sam.send(.patch, "me", #"{"locale":null}"#)
        #expect(second["display_name"] == "Sam J." && second["locale"] == nil)
        let shown = try await sam.send(.get, "me")
        #expect(shown.text == second.text)
        #expect(shown.headers[.eTag] == second.headers[.eTag])
        #expect(first.headers[.eTag] != second.headers[.eTag])
      }
    }

    @Test func aChangeOfAnotherStateIsRefused() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let tag = try #require(try await sam.send(.get, "me").headers[.eTag])
        let patch = #"{"display_name":"Sam"}"#
        try await #expect(
          sam.send(.patch, "me", patch, headers: [.ifMatch: tag]).status == 200)
        let refused = try await sam.send(
          .patch, "me", #"{"display_name":"Eve"}"#, headers: [.ifMatch: tag])
        #expect(refused.status == 412)
        try await #expect(sam.send(.get, "me")["display_name"] == "Sam")
        let current = try #require(try await sam.send(.get, "me").headers[.eTag])
        try await #expect(sam.send(.get, "me", headers: [.ifNoneMatch: current]).status == 304)
      }
    }

    @Test(arguments: [
      (#"{"display_name":"\u202eevil"}"#, "/display_name"),
      (#"{"display_name":""}"#, "/display_name"),
      (#"{"display_name":7}"#, "/display_name"), (#"{"locale":"not a tag"}"#, "/locale"),
      (#"{"role":"owner"}"#, "/role"), (#"{"username":"x"}"#, "/username"),
      (#"{"default_ledger_id":"99999"}"#, "/default_ledger_id"),
      (#"{"default_ledger_id":null}"#, "/default_ledger_id"),
    ])
    func whatCannotBeIsRefusedByName(body: String, pointer: String) async throws {
      try await FinanceServer.run { server in
        let answer = try await Person(server).send(.patch, "me", body)
        #expect(answer.status == 400)
        #expect(Set(answer.errors.keys) == [pointer])
      }
    }

    @Test func anotherUsersLedgerIsNoDefault() async throws {
      try await FinanceServer.run { server in
        let (sam, eve) = (try await Person(server), try await Person(server, "eve"))
        let ledger = try #require(try await eve.send(.get, "me")["default_ledger_id"])
        let answer = try await sam.send(.patch, "me", #"{"default_ledger_id":"\#(ledger)"}"#)
        #expect(answer.status == 400)
        #expect(Set(answer.errors.keys) == ["/default_ledger_id"])
      }
    }

    @Test func aNewPasswordSignsOutEverywhereElse() async throws {
      try await FinanceServer.run { server in
        let (sam, elsewhere) = (try await Person(server), try await Person(signIn: "sam", server))
        let old = try await server.logIn(Person.body("sam"))
        let body = #"{"current_password":"correct horse","password":"battery staple"}"#
        try await #expect(sam.send(.put, "me/password", body).status == 204)
        try await #expect(sam.status == 200)
        try await #expect(sam.refresh().status == 200)
        try await #expect(elsewhere.status == 401)
        try await #expect(elsewhere.refresh().status == 401)
        try await #expect(server.get("/analytics?period=current_month", token: old).status == 401)
        let signIn = try await sam.client.anonymous.send(.post, "sessions", Person.body("sam"))
        #expect(signIn.problem == "wrong-credentials")
        try await #expect(
          Person(signIn: "sam", server, password: "battery staple").status == 200)
      }
    }

    @Test func thePasswordIsAskedForAndGuessesAreCounted() async throws {
      try await FinanceServer.run { server in
        let sam = try await Person(server)
        let body = #"{"current_password":"wrong","password":"battery staple"}"#
        for _ in 0..<10 {
          let answer = try await sam.send(.put, "me/password", body)
          #expect(answer.status == 403)
          #expect(answer.problem == "wrong-password")
        }
        let refused = try await sam.send(.put, "me/password", body)
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] != nil)
        // From where nobody guesses, nobody is locked out.
        let elsewhere = try await sam.send(
          .put, "me/password", #"{"current_password":"correct horse","password":"new secret"}"#,
          headers: [.testPeer: "192.0.2.7"])
        #expect(elsewhere.status == 204)
      }
    }
  }
}
