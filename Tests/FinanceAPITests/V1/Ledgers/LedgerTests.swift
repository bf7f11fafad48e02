import HTTPTypes
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct LedgerTests {
    @Test func aLedgerIsMadeWithTheTenantsSettingsAndItsMakerOwnsIt() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let answer = try await user.send(.post, "ledgers", #"{"name":" Household "}"#)
        #expect(answer.status == 201, "\(answer)")
        #expect(answer["name"] == "Household")
        #expect(answer["currency"] == "EUR")
        #expect(answer["time_zone"] == "Europe/Zurich")
        #expect(answer["role"] == "owner")
        let id = try #require(answer["id"])
        #expect(answer.headers[.location] == "ledgers/\(id)")
        let shown = try await user.send(.get, "ledgers/\(id)")
        #expect(shown.text == answer.text)
        #expect(shown.headers[.eTag] == answer.headers[.eTag])
        let trip = try await user.send(
          .post, "ledgers", #"{"name":"Trip","currency":"JPY","time_zone":"Asia/Tokyo"}"#)
        #expect(trip["currency"] == "JPY")
        let tripID = try #require(trip["id"])
        let account = try await user.send(
          .post, "ledgers/\(tripID)/accounts", #"{"name":"Cash","type":"cash"}"#)
        #expect(account["currency"] == "JPY", "\(account)")
        // Noon in UTC of 15 May is the evening in Tokyo.
        #expect(account["balance_date"] == "2026-05-15")
      }
    }

    @Test func aUserListsTheirOwnLedgersPageByPage() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        for name in ["A", "B", "C"] {
          _ = try await user.send(.post, "ledgers", #"{"name":"\#(name)"}"#)
        }
        let first = try await user.send(.get, "ledgers?limit=3")
        #expect(first.each("name") == ["Personal", "A", "B"])
        let cursor = try #require(first["next_cursor"])
        let rest = try await user.send(.get, "ledgers?limit=3&cursor=\(cursor)")
        #expect(rest.each("name") == ["C"])
        #expect(rest["next_cursor"] == nil)
        try await expectEqual(other.send(.get, "ledgers").each("name"), ["Personal"])
      }
    }

    @Test func allThatIsWrongIsSaidAtOnce() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let answer = try await user.send(
          .post, "ledgers", #"{"currency":"euro","time_zone":"Mars/Olympus","owner":"me"}"#)
        #expect(answer.status == 400)
        #expect(answer.errors.keys.sorted() == ["/currency", "/name", "/owner", "/time_zone"])
        let unknown = try await user.send(.post, "ledgers", #"{"name":"x","currency":"QQQ"}"#)
        #expect(
          unknown.errors == ["/currency": "is no ISO 4217 currency that money is kept in"])
      }
    }

    @Test func aRequestThatIsSentAgainMakesOneLedger() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let headers: HTTPFields = [.idempotencyKey: "k1"]
        let body = #"{"name":"Household"}"#
        let first = try await user.send(.post, "ledgers", body, headers: headers)
        let again = try await user.send(.post, "ledgers", body, headers: headers)
        #expect(again.status == 201)
        #expect(again.text == first.text)
        #expect(again.headers[.location] == first.headers[.location])
        #expect(again.headers[.idempotentReplayed] == "true")
        let another = try await user.send(.post, "ledgers", #"{"name":"x"}"#, headers: headers)
        #expect(another.status == 422)
        #expect(another.problem == "idempotency-key-reused")
        try await expectEqual(user.send(.get, "ledgers").count(), 2)
        // A key is a user's own.
        let other = try await V1Client(server, user: "eve")
        try await expectEqual(
          other.send(.post, "ledgers", body, headers: headers).headers[.idempotentReplayed], nil)
      }
    }

    @Test func theCurrencyStaysOnceThereAreTransactions() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let path = "ledgers/\(user.ledger)"
        let changed = try await user.send(
          .patch, path, #"{"name":"Home","currency":"CHF","time_zone":"Europe/Paris"}"#)
        #expect(changed.status == 200, "\(changed)")
        #expect(changed["name"] == "Home")
        #expect(changed["currency"] == "CHF")
        #expect(changed["time_zone"] == "Europe/Paris")
        _ = try await user.makeAccount("Giro", opening: "1")
        let refused = try await user.send(.patch, path, #"{"currency":"EUR"}"#)
        #expect(refused.status == 409)
        #expect(refused.problem == "ledger-in-use")
        try await expectEqual(user.send(.patch, path, #"{"currency":"CHF"}"#).status, 200)
        let stale = try await user.send(
          .patch, path, #"{"name":"x"}"#, headers: [.ifMatch: #""1""#])
        #expect(stale.status == 412)
      }
    }

    @Test func aDeletedLedgerIsGoneWithAllThatIsInIt() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        let made = try await user.send(.post, "ledgers", #"{"name":"Trip"}"#)
        let trip = "ledgers/\(try #require(made["id"]))"
        let account = try await user.send(
          .post, "\(trip)/accounts", #"{"name":"Cash","type":"cash","opening_balance":"5"}"#)
        let accountID = try #require(account["id"])
        let group = try await user.send(
          .post, "\(trip)/categories", #"{"name":"Food","kind":"expense"}"#)
        _ = try await user.send(
          .post, "\(trip)/categories",
          #"{"name":"Snacks","kind":"expense","parent_id":"\#(try #require(group["id"]))"}"#)
        for amount in ["-1", "-2"] {
          _ = try await user.send(
            .post, "\(trip)/transactions",
            #"""
            {"account_id":"\#(accountID)","date":"2026-05-01","amount":"\#(amount)","payee":"Shop",
             "tags":["trip"]}
            """#)
        }
        _ = try await user.send(
          .post, "\(trip)/accounts/\(accountID)/reconciliations",
          #"{"statement_date":"2026-05-01","statement_balance":"2"}"#)
        let eve = try await server.database().query(
          "select id from app_user where username = 'eve'")
        let member = try await user.send(
          .put, "\(trip)/members/\(try eve[0].decode(0, as: Int64.self))", #"{"role":"editor"}"#)
        #expect(member.status == 201, "\(member)")
        let refused = try await user.send(.delete, trip, token: other.token)
        #expect(refused.status == 403)
        #expect(refused.problem == "owner-only")
        try await expectEqual(user.send(.delete, trip).status, 204)
        for token in [user.token, other.token] {
          try await expectEqual(user.send(.get, trip, token: token).status, 404)
          try await expectEqual(user.send(.get, "\(trip)/accounts", token: token).status, 404)
        }
        for table in LedgerWriter.contents {
          let rows = try await server.database().query(
            "select from \(sql: table) where ledger_id not in (select id from ledger)")
          #expect(rows.isEmpty, "\(table)")
        }
      }
    }

    @Test(arguments: ["Asia/Kolkata", "Asia/Calcutta", "Etc/UTC", "UTC", "America/Bogota"])
    func aTimeZoneMayHaveAnyOfItsNames(name: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let path = "ledgers/\(user.ledger)"
        let set = try await user.send(.patch, path, #"{"time_zone":"\#(name)"}"#)
        #expect(set["time_zone"] == name, "\(set)")
        let giro = try await user.makeAccount("Giro")
        try await user.record("-1", in: giro, on: "2026-05-02")
        try await expectEqual(user.balance(of: giro), "-1.00")
        for wrong in ["Europe/Nowhere", "GMT+3", "+02:00", "", "Europe"] {
          let answer = try await user.send(.patch, path, #"{"time_zone":"\#(wrong)"}"#)
          #expect(answer.errors.keys.sorted() == ["/time_zone"], "\(wrong): \(answer)")
        }
      }
    }

    @Test func aLedgerWithBudgetsKeepsItsCurrency() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await user.addCategory("Food")
        let path = "ledgers/\(user.ledger)"
        _ = try await user.inLedger(.put, "budgets/2026-05/\(food)", #"{"assigned":"12.34"}"#)
        let refused = try await user.send(.patch, path, #"{"currency":"JPY"}"#)
        #expect(refused.status == 409, "\(refused)")
        #expect(refused.problem == "ledger-in-use")
        _ = try await user.inLedger(.put, "budgets/2026-05/\(food)", #"{"assigned":"0"}"#)
        let changed = try await user.send(.patch, path, #"{"currency":"JPY"}"#)
        #expect(changed["currency"] == "JPY", "\(changed)")
      }
    }

    @Test func aDefaultLedgerIsNotDeleted() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let refused = try await user.send(.delete, "ledgers/\(user.ledger)")
        #expect(refused.status == 409)
        #expect(refused.problem == "default-ledger")
        try await server.record("income", "5", token: user.token)
      }
    }

    /// A table that is not in the list would keep rows of a ledger that is gone, or keep it from going.
    @Test func everyTableThatHasRowsOfLedgersIsEmptiedWithThem() async throws {
      try await FinanceServer.run { server in
        let rows = try await server.database().query(
          """
          select table_name::text from information_schema.columns
          where table_schema = current_schema() and column_name = 'ledger_id'
          """)
        let tables = Set(try rows.map { try $0.decode(0, as: String.self) })
        #expect(tables == Set(LedgerWriter.contents.map { "\($0)" }))
      }
    }
  }
}
