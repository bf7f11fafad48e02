import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct AccountTests {
    @Test func anAccountOfARecurrenceKeepsItsCurrency() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let id = try await user.make(
          "recurrences",
          #"""
          {"template":{"account_id":"\#(giro)","amount":"-9.99"},"unit":"month",
           "anchor_date":"2026-06-01"}
          """#)
        let refused = try await user.inLedger(
          .patch, "accounts/\(giro)", #"{"currency":"JPY"}"#)
        #expect(refused.status == 409, "\(refused)")
        #expect(refused.problem == "account-in-use")
        #expect(refused["detail"]?.contains(id) == true)
        _ = try await user.inLedger(.delete, "recurrences/\(id)")
        try await expectEqual(
          user.inLedger(.patch, "accounts/\(giro)", #"{"currency":"JPY"}"#)["currency"], "JPY")
      }
    }

    @Test func anAccountIsNotClosedBeforeItsLastEntry() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let savings = try await user.makeAccount("Savings", type: "savings")
        try await user.record(
          "-1", in: giro, on: "2026-05-02",
          #""transfer_account_id":"\#(savings)","transfer_date":"2026-05-04""#)
        for (account, last) in [(giro, "2026-05-02"), (savings, "2026-05-04")] {
          let refused = try await user.inLedger(
            .patch, "accounts/\(account)", #"{"closed_on":"2026-05-01"}"#)
          #expect(refused.errors == ["/closed_on": "must not be before its last entry, of \(last)"])
          let closed = try await user.inLedger(
            .patch, "accounts/\(account)", #"{"closed_on":"\#(last)"}"#)
          #expect(closed["closed_on"] == last, "\(closed)")
        }
        // What is closed takes nothing from another account either.
        let cash = try await user.makeAccount("Cash", type: "cash")
        let transfer = try await user.inLedger(
          .post, "transactions",
          #"""
          {"account_id":"\#(cash)","date":"2026-05-02","amount":"-1",
           "transfer_account_id":"\#(giro)"}
          """#)
        #expect(transfer.errors.keys.sorted() == ["/transfer_account_id"])
      }
    }

    @Test(arguments: [
      "checking", "savings", "cash", "credit_card", "loan", "investment", "asset", "liability",
    ])
    func anAccountOfEveryTypeHasABalance(type: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let account = try await user.makeAccount("One", type: type, opening: "-5")
        try await expectEqual(user.balance(of: account), "-5.00")
        let list = try await user.inLedger(.get, "accounts?at=2025-12-31")
        #expect(list["data.0.balance"] == "0.00", "\(list)")
        #expect(list["data.0.type"] == type)
        let wrong = try await user.inLedger(.get, "accounts?at=yesterday")
        #expect(wrong.errors.keys.sorted() == ["at"])
        let number = try await user.inLedger(
          .post, "transactions",
          #"{"account_id":\#(account),"date":"2026-05-02","amount":"1"}"#)
        #expect(number.errors == ["/account_id": "must be an id, which is a string"])
      }
    }

    /// Its ETag is for changes of it, and says nothing of its balance.
    @Test func whoKnowsAnAccountIsToldItsBalanceAllTheSame() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "10")
        let seen = try await user.inLedger(.get, "accounts/\(giro)")
        let tag = try #require(seen.headers[.eTag])
        try await user.record("-3", in: giro, on: "2026-05-01")
        let again = try await user.inLedger(
          .get, "accounts/\(giro)", headers: [.ifNoneMatch: tag])
        #expect(again.status == 200 && again["balance"] == "7.00", "\(again)")
        let renamed = try await user.inLedger(
          .patch, "accounts/\(giro)", #"{"name":"Checking"}"#, headers: [.ifMatch: tag])
        #expect(renamed.status == 200, "\(renamed)")
      }
    }

    @Test func anAccountIsMadeWithItsOpeningBalance() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let answer = try await user.inLedger(
          .post, "accounts",
          #"""
          {"name":" Giro ","type":"checking","opening_balance":"-12.3","opened_on":"2026-02-28",
           "note":"joint"}
          """#)
        #expect(answer.status == 201, "\(answer)")
        #expect(answer["name"] == "Giro")
        #expect(answer["currency"] == "EUR")
        #expect(answer["opening_balance"] == "-12.30")
        #expect(answer["balance"] == "-12.30")
        #expect(answer["cleared_balance"] == "-12.30")
        #expect(answer["balance_date"] == "2026-05-15")
        let id = try #require(answer["id"])
        #expect(answer.headers[.location] == "accounts/\(id)")
        try await expectEqual(user.balance(of: id, at: "2026-02-27"), "0.00")
        try await expectEqual(user.balance(of: id, at: "2026-02-28"), "-12.30")
        try await expectEqual(user.inLedger(.get, "transactions").count(), 0)
      }
    }

    @Test func allThatIsWrongIsSaidAtOnce() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let answer = try await user.inLedger(
          .post, "accounts",
          #"{"type":"wallet","currency":"eur","opened_on":"2026-02-30","colour":"red","note":7}"#)
        #expect(answer.status == 400)
        #expect(answer.problem == "invalid-request")
        #expect(
          answer.errors.keys.sorted()
            == ["/colour", "/currency", "/name", "/note", "/opened_on", "/type"])
        let money = try await user.inLedger(
          .post, "accounts",
          #"{"name":"Yen","type":"cash","currency":"JPY","opening_balance":"1.5"}"#)
        #expect(money.errors == ["/opening_balance": "must have no decimals in JPY"])
        for (amount, status) in [
          ("1e3", 400), ("12,30", 400), ("", 400), ("999999999999999999", 400),
        ] {
          let answer = try await user.inLedger(
            .post, "accounts", #"{"name":"x","type":"cash","opening_balance":"\#(amount)"}"#)
          #expect(answer.status == status, "\(amount): \(answer)")
          #expect(answer.errors["/opening_balance"] != nil)
        }
      }
    }

    @Test func aNameIsTakenWhateverItsCase() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        _ = try await user.makeAccount("Giro")
        let answer = try await user.inLedger(.post, "accounts", #"{"name":"GIRO","type":"cash"}"#)
        #expect(answer.errors == ["/name": "is the name of another account"])
      }
    }

    @Test func aPatchChangesWhatItNames() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let id = try await user.makeAccount("Giro", opening: "100")
        let before = try await user.inLedger(.get, "accounts/\(id)")
        let tag = try #require(before.headers[.eTag])
        let answer = try await user.inLedger(
          .patch, "accounts/\(id)", #"{"opening_balance":"40","note":"ours"}"#,
          headers: [.ifMatch: tag])
        #expect(answer.status == 200, "\(answer)")
        #expect(answer["name"] == "Giro")
        #expect(answer["note"] == "ours")
        #expect(answer["balance"] == "40.00")
        let late = try await user.inLedger(
          .patch, "accounts/\(id)", #"{"note":""}"#, headers: [.ifMatch: tag])
        #expect(late.status == 412)
        try await expectEqual(user.inLedger(.get, "accounts/\(id)")["note"], "ours")
      }
    }

    @Test func anAccountWithTransactionsIsClosedAndNotDeleted() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let id = try await user.makeAccount("Giro", opening: "5")
        let entry = #"{"account_id":"\#(id)","date":"2026-05-01","amount":"-1"}"#
        _ = try await user.make("transactions", entry)
        let refused = try await user.inLedger(.delete, "accounts/\(id)")
        #expect(refused.status == 409)
        #expect(refused.problem == "account-in-use")
        let closed = try await user.inLedger(
          .patch, "accounts/\(id)", #"{"closed_on":"2026-05-14"}"#)
        #expect(closed["closed_on"] == "2026-05-14")
        let late = try await user.inLedger(.post, "transactions", entry)
        #expect(late.errors == ["/account_id": "is a closed account, which takes no new entries"])
        let empty = try await user.makeAccount("Empty", opening: "7")
        try await expectEqual(user.inLedger(.delete, "accounts/\(empty)").status, 204)
        try await expectEqual(user.inLedger(.get, "accounts/\(empty)").status, 404)
      }
    }

    @Test func aStrangerSeesNothingAndAViewerChangesNothing() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        let id = try await user.makeAccount("Giro")
        for path in ["accounts", "accounts/\(id)", "transactions"] {
          try await expectEqual(
            user.inLedger(.get, path, token: other.token).status, 404, "\(path)")
        }
        let body = #"{"name":"x","type":"cash"}"#
        try await expectEqual(
          user.inLedger(.post, "accounts", body, token: other.token).status, 404)
        // The account of another ledger, by way of one's own.
        try await expectEqual(other.inLedger(.get, "accounts/\(id)").status, 404)
        _ = try await server.database().query(
          """
          insert into ledger_member (ledger_id, user_id, role)
          select default_ledger_id, (select id from app_user where username = 'eve'), 'viewer'
          from app_user where username = 'sam'
          """)
        try await expectEqual(user.inLedger(.get, "accounts", token: other.token).status, 200)
        let refused = try await user.inLedger(.post, "accounts", body, token: other.token)
        #expect(refused.status == 403)
        #expect(refused.problem == "read-only")
        try await expectEqual(user.inLedger(.get, "accounts").count(), 1)
      }
    }

    @Test func aRequestThatIsSentAgainTakesEffectOnce() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let headers: HTTPFields = [.idempotencyKey: "k1"]
        let body = #"{"name":"Giro","type":"checking"}"#
        let first = try await user.inLedger(.post, "accounts", body, headers: headers)
        let again = try await user.inLedger(.post, "accounts", body, headers: headers)
        #expect(first.status == 201)
        #expect(again.status == 201)
        #expect(again.text == first.text)
        #expect(again.headers[.location] == first.headers[.location])
        #expect(again.headers[.idempotentReplayed] == "true")
        #expect(first.headers[.idempotentReplayed] == nil)
        let other = try await user.inLedger(
          .post, "accounts", #"{"name":"Other","type":"checking"}"#, headers: headers)
        #expect(other.status == 422)
        #expect(other.problem == "idempotency-key-reused")
        try await expectEqual(user.inLedger(.get, "accounts").count(), 1)
      }
    }

    @Test func equalRequestsAtOnceMakeOneAccount() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let headers: HTTPFields = [.idempotencyKey: "k2"]
        let ids = try await withThrowingTaskGroup(of: String?.self) { group in
          for _ in 0..<8 {
            group.addTask {
              try await user.inLedger(
                .post, "accounts", #"{"name":"Giro","type":"checking"}"#, headers: headers)["id"]
            }
          }
          return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(!ids.contains(nil))
      }
    }
  }
}
