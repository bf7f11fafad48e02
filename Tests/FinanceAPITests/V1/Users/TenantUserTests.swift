import HTTPTypes
import PostgresClient
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct TenantUserTests {
    private func run(
      _ body: @Sendable (FinanceServer, _ owner: Person, _ sam: Person) async throws -> Void
    ) async throws {
      try await FinanceServer.run { server in
        let owner = try await Person(server, "olga")
        try await owner.becomeOwner()
        try await body(server, owner, Person(server))
      }
    }

    @Test func onlyOwnersLookAfterUsers() async throws {
      try await run { server, owner, sam in
        for (method, path, body) in [
          (HTTPRequest.Method.get, "users", nil), (.get, "users/\(owner.id)", nil),
          (.patch, "users/\(sam.id)", #"{"role":"owner"}"#), (.delete, "users/\(sam.id)", nil),
          (.post, "users/\(owner.id)/password-reset", nil),
        ] as [(HTTPRequest.Method, String, String?)] {
          let answer = try await sam.send(method, path, body)
          #expect(answer.status == 403, "\(method) \(path)")
          #expect(answer.problem == "tenant-owner-only")
        }
        let list = try await owner.send(.get, "users")
        #expect(list.each("username") == ["olga", "sam"])
        #expect(list.each("role") == ["owner", "member"])
        #expect(list.each("active") == ["true", "true"])
        let first = try await owner.send(.get, "users?limit=1")
        let next = try await owner.send(
          .get, "users?limit=1&cursor=\(try #require(first["next_cursor"]))")
        #expect(next.each("username") == ["sam"])
        #expect(next["next_cursor"] == nil)
      }
    }

    @Test func anUnknownUserIsNotFound() async throws {
      try await run { _, owner, _ in
        for id in ["99999", "0", "x", "-1"] {
          try await #expect(owner.send(.get, "users/\(id)").status == 404, "\(id)")
          try await #expect(owner.send(.patch, "users/\(id)", "{}").status == 404)
          try await #expect(owner.send(.delete, "users/\(id)").status == 404)
          try await #expect(owner.send(.post, "users/\(id)/password-reset").status == 404)
        }
      }
    }

    @Test func aDeactivatedUsersTokensOpenNothing() async throws {
      try await run { server, owner, sam in
        let old = try await server.logIn(Person.body("sam"))
        let made = try await sam.send(.post, "tokens", #"{"name":"x","scope":"read"}"#)
        let program = V1Client(server, token: made["token"])
        let answer = try await owner.send(.patch, "users/\(sam.id)", #"{"active":false}"#)
        #expect(answer.status == 200)
        #expect(answer["active"] == "false")
        try await #expect(sam.status == 401)
        try await #expect(sam.refresh().status == 401)
        try await #expect(program.send(.get, "me").status == 401)
        try await #expect(server.get("/analytics?period=current_month", token: old).status == 401)
        let signIn = try await sam.client.anonymous.send(.post, "sessions", Person.body("sam"))
        #expect(signIn.problem == "wrong-credentials")
        try await #expect(server.post("/login", Person.body("sam")).status == 401)
        try await #expect(
          sam.client.anonymous.send(.post, "register", Person.body("sam")).status == 409)
        _ = try await owner.send(.patch, "users/\(sam.id)", #"{"active":true}"#)
        try await #expect(sam.status == 401)
        try await #expect(Person(signIn: "sam", server).status == 200)
      }
    }

    @Test func aRoleCountsFromThenOn() async throws {
      try await run { _, owner, sam in
        _ = try await owner.send(.patch, "users/\(sam.id)", #"{"role":"owner"}"#)
        try await #expect(sam.send(.get, "users").status == 200)
        let invitation = try await sam.send(.post, "invitations", #"{"role":"owner"}"#)
        #expect(invitation.status == 201)
        let tag = try #require(try await owner.send(.get, "users/\(sam.id)").headers[.eTag])
        let demote = #"{"role":"member"}"#
        try await #expect(
          owner.send(.patch, "users/\(sam.id)", demote, headers: [.ifMatch: tag]).status == 200)
        try await #expect(sam.send(.get, "users").status == 403)
        // What a former owner has given out makes nobody an owner.
        try await #expect(owner.send(.get, "invitations").count() == 0)
        try await #expect(
          owner.send(.patch, "users/\(sam.id)", demote, headers: [.ifMatch: tag]).status == 412)
      }
    }

    @Test func theLastOwnerCannotGo() async throws {
      try await run { _, owner, sam in
        for (method, body) in [
          (HTTPRequest.Method.patch, #"{"role":"member"}"#), (.patch, #"{"active":false}"#),
          (.delete, nil),
        ] as [(HTTPRequest.Method, String?)] {
          let answer = try await owner.send(method, "users/\(owner.id)", body)
          #expect(answer.status == 409)
          #expect(answer.problem == "last-owner")
        }
        _ = try await owner.send(.patch, "users/\(sam.id)", #"{"role":"owner"}"#)
        try await #expect(owner.send(.delete, "users/\(owner.id)").status == 204)
        try await #expect(owner.status == 401)
        try await #expect(sam.send(.get, "users").each("username") == ["sam"])
      }
    }

    @Test func ofTwoOwnersWhoRemoveEachOtherAtOnceOneStays() async throws {
      try await run { server, owner, sam in
        for _ in 0..<5 {
          _ = try await server.database().query("update app_user set role = 'owner'")
          let demote = #"{"role":"member"}"#
          async let first = owner.send(.patch, "users/\(sam.id)", demote)
          async let second = sam.send(.patch, "users/\(owner.id)", demote)
          let statuses = try await [first.status, second.status]
          #expect(statuses.sorted() == [200, 403])
          let owners = try await server.database().query(
            "select count(*) from app_user where role = 'owner'")
          #expect(try owners[0].decode(0, as: Int.self) == 1)
        }
      }
    }

    @Test func aLinkSetsAPasswordOnceAndSignsOutEverywhere() async throws {
      try await run { server, owner, sam in
        let first = try await owner.send(.post, "users/\(sam.id)/password-reset")
        let link = try await owner.send(.post, "users/\(sam.id)/password-reset")
        #expect(link.status == 201)
        let token = try #require(link["token"])
        #expect(link["url"] == "http://localhost/acme/password-reset?token=\(token)")
        #expect(link["expires_at"] != nil)
        func reset(_ token: String?, tenant: String = "acme") async throws -> V1Client.Answer {
          try await V1Client(server, tenant: tenant, token: nil).send(
            .post, "password-reset", #"{"token":"\#(token ?? "")","password":"battery staple"}"#)
        }
        // The one before has ended, and it is no other tenant's.
        try await #expect(reset(first["token"]).problem == "invalid-link")
        try await #expect(reset(token, tenant: "globex").problem == "invalid-link")
        let old = try await server.logIn(Person.body("sam"))
        try await #expect(reset(token).status == 204)
        try await #expect(reset(token).problem == "invalid-link")
        try await #expect(sam.status == 401)
        try await #expect(sam.refresh().status == 401)
        try await #expect(server.get("/analytics?period=current_month", token: old).status == 401)
        try await #expect(
          Person(signIn: "sam", server, password: "battery staple").status == 200)
        let expired = try await owner.send(.post, "users/\(sam.id)/password-reset")
        _ = try await server.database().query(
          "update one_time_link set expires_at = now() - interval '1 second'")
        try await #expect(reset(expired["token"]).problem == "invalid-link")
        // An invitation is no reset.
        let invitation = try await owner.send(.post, "invitations")
        try await #expect(reset(invitation["token"]).problem == "invalid-link")
      }
    }

    @Test func aResetLeavesTheSecondFactor() async throws {
      try await run { server, owner, sam in
        let (app, _) = try await sam.turnTOTPOn()
        let link = try await owner.send(.post, "users/\(sam.id)/password-reset")
        _ = try await sam.client.anonymous.send(
          .post, "password-reset",
          #"{"token":"\#(try #require(link["token"]))","password":"\#(Person.password)"}"#)
        let refused = try await sam.client.anonymous.send(.post, "sessions", Person.body("sam"))
        #expect(refused.problem == "totp-required")
        try server.clock.set("2026-05-15T12:02:00Z")
        try await #expect(
          Person(signIn: "sam", server, code: app.text(at: server)).status == 200)
      }
    }

    @Test func erasureTakesThePersonAndLeavesWhatTheyRecorded() async throws {
      try await run { server, owner, sam in
        let ledger = try #require(try await owner.send(.get, "me")["default_ledger_id"])
        let invitation = try await owner.send(
          .post, "invitations", #"{"ledger_id":"\#(ledger)"}"#)
        let eve = try await Person(server, "eve", invitation: invitation["token"])
        _ = try await eve.send(.patch, "me", #"{"display_name":"Eve","locale":"de"}"#)
        _ = try await eve.send(
          .post, "tokens", #"{"name":"x","scope":"read"}"#, headers: [.idempotencyKey: "k"])
        _ = try await eve.turnTOTPOn()
        let account = try await eve.send(
          .post, "ledgers/\(ledger)/accounts", #"{"name":"Shared","type":"checking"}"#)
        #expect(account.status == 201)
        let recorded = try await eve.send(
          .post, "ledgers/\(ledger)/transactions",
          #"{"account_id":"\#(try #require(account["id"]))","date":"2026-05-01","amount":"-3.00"}"#)
        #expect(recorded.status == 201, "\(recorded)")
        _ = try await owner.send(.post, "users/\(eve.id)/password-reset")
        let before = try await owner.send(.get, "ledgers/\(ledger)/accounts").text
        try await #expect(owner.send(.delete, "users/\(eve.id)").status == 204)
        try await #expect(owner.send(.get, "ledgers/\(ledger)/accounts").text == before)
        try await #expect(owner.send(.get, "users/\(eve.id)").status == 404)
        try await #expect(owner.send(.delete, "users/\(eve.id)").status == 404)
        try await #expect(owner.send(.get, "users").each("username") == ["olga", "sam"])
        try await #expect(eve.status == 401)
        try await expectNothingOf(eve, on: server)
        // The name is free for somebody else.
        try await #expect(Person(server, "eve").status == 200)
      }
    }

    @Test func aSharedLedgerStaysWithTheOthersOfWhomOneIsItsOwner() async throws {
      try await run { server, owner, sam in
        let (eve, kim) = (try await Person(server, "eve"), try await Person(server, "kim"))
        let me = try await sam.send(.get, "me")
        let ledger = try #require(me["default_ledger_id"].flatMap { Int64($0) })
        _ = try await server.database().query(
          """
          insert into ledger_member (ledger_id, user_id, role) values
            (\(ledger), \(Int64(eve.id)), 'viewer'),
            (\(ledger), \(Int64(kim.id)), 'editor')
          """)
        try await #expect(owner.send(.delete, "users/\(sam.id)").status == 204)
        let members = try await server.database().query(
          "select user_id, role from ledger_member where ledger_id = \(ledger) order by user_id"
        ).map { "\(try $0.decode(0, as: Int64.self)) \(try $0.decode(1, as: String.self))" }
        #expect(members == ["\(eve.id) viewer", "\(kim.id) owner"])
        try await #expect(kim.send(.get, "ledgers/\(ledger)/accounts").status == 200)
      }
    }

    /// Erased means gone: nobody is left who could see it.
    @Test func whatOnlyTheyWereInIsGone() async throws {
      try await FinanceServer.run { server in
        let olga = try await V1Client(server, user: "olga")
        _ = try await server.database().query("update app_user set role = 'owner'")
        let sam = try await RandomLedger(V1Client(server), seed: 3).user
        let tenant = try #require(server.tenants["acme"])
        let tables = try await tenant.owner.query(
          """
          select table_name from information_schema.columns
          where table_schema = current_schema() and column_name = 'ledger_id' order by 1
          """
        ).map { try $0.decode(0, as: String.self) }
        func filled() async throws -> [String] {
          var filled: [String] = []
          for table in tables {
            let rows = try await tenant.owner.query(
              PostgresQuery(
                unsafeSQL: "select from \(table) where ledger_id = \(sam.ledger) limit 1"))
            if !rows.isEmpty { filled.append(table) }
          }
          return filled
        }
        // A preview that nobody has published keeps its file.
        _ = try await sam.upload("Date,Amount\n2026-05-01,-3.00\n")
        _ = try await server.database().query(
          """
          insert into one_time_link (purpose, token_hash, ledger_id, expires_at)
          values ('invitation', '', \(sam.ledger)::bigint, now())
          """)
        let tag = try #require(try await sam.inLedger(.get, "tags")["data.0.id"])
        _ = try await sam.inLedger(.delete, "tags/\(tag)")
        try await #expect(Set(tables).subtracting(filled()).isEmpty)
        let own = try await olga.inLedger(.get, "accounts").text
        let id = try #require(try await sam.send(.get, "me")["id"])
        try await #expect(olga.send(.delete, "users/\(id)").status == 204)
        try await #expect(filled() == [])
        let names = try await tenant.owner.query(
          "select name from ledger where id = \(sam.ledger)::bigint")
        #expect(try names[0].decode(0, as: String.self) == "")
        try await #expect(olga.inLedger(.get, "accounts").text == own)
      }
    }

    private func expectNothingOf(_ person: Person, on server: FinanceServer) async throws {
      let id = try #require(Int64(person.id))
      let row = try await server.database().query(
        """
        select username, password_hash = '', display_name is null and locale is null
            and totp_secret is null and recovery_hashes is null,
          (select count(*) from user_session where user_id = \(id))
            + (select count(*) from personal_token where user_id = \(id))
            + (select count(*) from one_time_link where user_id = \(id))
            + (select count(*) from idempotency_key where user_id = \(id)),
          (select count(*) from transaction where created_by = \(id))
        from app_user where id = \(id)
        """)[0]
      #expect(try row.decode(0, as: String.self) == " erased \(id)")
      #expect(try row.decode(1, as: Bool.self))
      #expect(try row.decode(2, as: Bool.self))
      #expect(try row.decode(3, as: Int.self) == 0)
      #expect(try row.decode(4, as: Int.self) == 1)
    }

    @Test func noSecretIsInALogOrInTheDatabase() async throws {
      try await run { server, owner, sam in
        var secrets = [owner.accessToken, owner.refreshToken, sam.refreshToken, Person.password]
        let (_, recovery) = try await sam.turnTOTPOn()
        secrets += recovery
        secrets.append(
          try #require(
            try await sam.send(.post, "tokens", #"{"name":"x","scope":"read"}"#)["token"]))
        for path in ["invitations", "users/\(sam.id)/password-reset"] {
          let answer = try await owner.send(.post, path)
          secrets.append(try #require(answer["token"]))
        }
        _ = try await sam.refresh()
        // What fails is logged, too.
        let tenant = try #require(server.tenants["acme"])
        let tables = try await tenant.owner.query(
          "select table_name from information_schema.tables where table_schema = current_schema()"
        ).map { try $0.decode(0, as: String.self) }
        for table in tables {
          let rows = try await tenant.owner.query(
            PostgresQuery(
              unsafeSQL: "select coalesce(string_agg(t::text, ' '), '') from \(table) t"))
          let text: String = try rows[0].decode(0)
          for secret in secrets { #expect(!text.contains(secret), "\(table)") }
        }
        _ = try await tenant.owner.query(
          PostgresQuery(unsafeSQL: "alter table user_session rename to gone"))
        try await #expect(owner.refresh().status == 500)
        for secret in secrets { #expect(!server.log.text.contains(secret)) }
      }
    }
  }
}
