import Foundation
import HTTPTypes
import PostgresClient
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct InvitationTests {
    private static func tenant(_ registration: Tenant.Registration) -> Tenant {
      Tenant(
        id: TenantID(), slug: "acme", displayName: "Acme", timeZone: "Europe/Zurich",
        currency: "EUR", registration: registration)
    }

    /// A tenant whose first owner has taken the invitation that its registration made.
    private func run(
      _ registration: Tenant.Registration,
      _ body: @Sendable (FinanceServer, Person) async throws -> Void
    ) async throws {
      let tenants = [Self.tenant(registration), FinanceServer.globex]
      try await FinanceServer.run(tenants) { server in
        let link = try await inviteOwner(server)
        try await body(server, Person(server, "olga", invitation: link.token.text))
      }
    }

    private func inviteOwner(_ server: FinanceServer) async throws -> IssuedLink {
      let (link, statements) = FirstOwner.invite(at: Date())
      _ = try await #require(server.tenants["acme"]).owner.transaction(statements)
      return link
    }

    private func invite(
      _ owner: Person, _ body: String = "{}"
    ) async throws -> V1Client.Answer {
      try await owner.send(.post, "invitations", body)
    }

    private func register(
      _ server: FinanceServer, _ name: String, _ invitation: String?, tenant: String = "acme",
      peer: String = "127.0.0.1"
    ) async throws -> V1Client.Answer {
      try await V1Client(server, tenant: tenant, token: nil).send(
        .post, "register", Person.body(name, invitation: invitation), headers: [.testPeer: peer])
    }

    @Test func whoTakesTheTenantsInvitationIsItsOwnerAndNobodyIsOneByBeingFirst() async throws {
      try await FinanceServer.run([Self.tenant(.open)]) { server in
        let first = try await Person(server)
        try await #expect(first.send(.get, "me")["role"] == "member")
        let before = try await inviteOwner(server)
        let link = try await inviteOwner(server)
        try await #expect(register(server, "eve", before.token.text).problem == "invalid-link")
        let olga = try await register(server, "olga", link.token.text)
        #expect(olga["user.role"] == "owner")
        try await #expect(register(server, "eve", link.token.text).problem == "invalid-link")
      }
    }

    @Test func byInvitationOnlyNobodyElseRegisters() async throws {
      try await run(.inviteOnly) { server, owner in
        try await #expect(register(server, "sam", nil).problem == "invitation-required")
        let old = try await server.post("/register", Person.body("sam"))
        #expect(old.status == 403 && old.isProblem)
        let made = try await invite(owner)
        #expect(made.status == 201)
        let (url, token) = (try #require(made["url"]), try #require(made["token"]))
        #expect(url == "http://localhost/acme/join?invitation=\(token)")
        let sam = try await register(server, "sam", token)
        #expect(sam.status == 201)
        #expect(sam["user.role"] == "member")
        let again = try await register(server, "eve", token)
        #expect(again.status == 403)
        #expect(again.problem == "invalid-link")
      }
    }

    @Test func whereRegistrationIsClosedOnlyTheTenantsOwnInvitationCounts() async throws {
      try await run(.closed) { server, owner in
        try await #expect(owner.send(.get, "me")["role"] == "owner")
        try await #expect(register(server, "sam", nil).problem == "registration-closed")
        try await #expect(invite(owner).problem == "registration-closed")
      }
    }

    @Test func anInvitationGivesTheRoleAndTheLedgerThatItNames() async throws {
      try await run(.inviteOnly) { server, owner in
        let ledger = try #require(try await owner.send(.get, "me")["default_ledger_id"])
        let made = try await invite(
          owner, #"{"role":"owner","ledger_id":"\#(ledger)","ledger_role":"viewer"}"#)
        #expect(made["role"] == "owner" && made["ledger_role"] == "viewer")
        let sam = try await Person(server, invitation: made["token"])
        try await #expect(sam.send(.get, "me")["role"] == "owner")
        let roles = try await server.database().query(
          """
          select role from ledger_member
          where user_id = \(try #require(Int64(sam.id))) order by ledger_id
          """
        ).map { try $0.decode(0, as: String.self) }
        #expect(roles == ["viewer", "owner"])
        try await #expect(sam.send(.get, "ledgers/\(ledger)/accounts").status == 200)
        let refused = try await sam.send(.post, "ledgers/\(ledger)/accounts", "{}")
        #expect(refused.problem == "read-only")
      }
    }

    @Test func nobodyInvitesToALedgerThatIsNotTheirs() async throws {
      try await run(.open) { server, owner in
        let sam = try await Person(server)
        let ledger = try #require(try await sam.send(.get, "me")["default_ledger_id"])
        for id in [ledger, "99999"] {
          let answer = try await invite(owner, #"{"ledger_id":"\#(id)"}"#)
          #expect(answer.status == 400)
          #expect(Set(answer.errors.keys) == ["/ledger_id"])
        }
        let answer = try await invite(
          owner,
          #"{"role":"king","ledger_role":"editor","expires_at":"2020-01-01T00:00:00Z","x":1}"#)
        #expect(Set(answer.errors.keys) == ["/role", "/ledger_role", "/expires_at", "/x"])
      }
    }

    @Test func anInvitationCountsOnceHoweverCloseTheRequestsAre() async throws {
      try await run(.inviteOnly) { server, owner in
        let token = try #require(try await invite(owner)["token"])
        async let first = register(server, "sam", token)
        async let second = register(server, "eve", token)
        let statuses = try await [first.status, second.status]
        #expect(statuses.sorted() == [201, 403])
        let users = try await server.database().query("select count(*) from app_user")
        #expect(try users[0].decode(0, as: Int.self) == 2)
      }
    }

    @Test func aTakenNameDoesNotUseAnInvitationUp() async throws {
      try await run(.inviteOnly) { server, owner in
        let token = try #require(try await invite(owner)["token"])
        try await #expect(register(server, "olga", token).problem == "username-taken")
        try await #expect(register(server, "sam", token).status == 201)
      }
    }

    @Test func anInvitationThatExpiredWasTakenBackOrIsAnotherTenantsIsNone() async throws {
      try await run(.inviteOnly) { server, owner in
        let invitations = try await [invite(owner), invite(owner)]
        let list = try await owner.send(.get, "invitations")
        #expect(list.each("id") == [invitations[1]["id"], invitations[0]["id"]])
        #expect(list["data.0.token"] == nil && list["data.0.url"] == nil)
        let path = "invitations/\(try #require(invitations[0]["id"]))"
        #expect(invitations[0].headers[.location] == path)
        try await #expect(owner.send(.get, path)["role"] == "member")
        try await #expect(
          register(server, "sam", invitations[1]["token"], tenant: "globex").problem
            == "invalid-link")
        try await #expect(owner.send(.delete, path).status == 204)
        try await #expect(owner.send(.delete, path).status == 404)
        try await #expect(
          register(server, "sam", invitations[0]["token"]).problem == "invalid-link")
        _ = try await server.database().query(
          "update one_time_link set expires_at = now() - interval '1 second'")
        try await #expect(
          register(server, "sam", invitations[1]["token"]).problem == "invalid-link")
        try await #expect(owner.send(.get, "invitations").count() == 0)
      }
    }

    @Test func onlyOwnersInvite() async throws {
      try await run(.open) { server, owner in
        let sam = try await Person(server)
        let id = try #require(try await invite(owner)["id"])
        for (method, path) in [
          (HTTPRequest.Method.get, "invitations"), (.post, "invitations"),
          (.get, "invitations/\(id)"), (.delete, "invitations/\(id)"),
        ] {
          let answer = try await sam.send(method, path)
          #expect(answer.status == 403, "\(method) \(path)")
          #expect(answer.problem == "tenant-owner-only")
        }
        try await #expect(owner.send(.get, "invitations").count() == 1)
      }
    }

    @Test func guessesOfSecretsAreCountedByPeerAndARightOneCountsAllTheSame() async throws {
      try await run(.inviteOnly) { server, owner in
        let token = try #require(try await invite(owner)["token"])
        let guess = Array(repeating: UInt8(7), count: 32).base64URL
        for number in 0..<10 {
          try await #expect(register(server, "x\(number)", guess).problem == "invalid-link")
        }
        let refused = try await register(server, "x", guess)
        #expect(refused.status == 429)
        #expect(refused.problem == "too-many-logins")
        try await #expect(owner.refresh("x").status == 429)
        try await #expect(register(server, "y", guess, peer: "192.0.2.9").status == 403)
        try await #expect(register(server, "sam", token).status == 201)
        try await #expect(owner.refresh().status == 200)
      }
    }
  }
}
