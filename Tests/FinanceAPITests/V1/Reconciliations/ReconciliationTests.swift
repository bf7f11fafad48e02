import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct ReconciliationTests {
    private struct Books {
      let user: V1Client
      let giro: String

      init(_ server: FinanceServer) async throws {
        user = try await V1Client(server)
        giro = try await user.makeAccount("Giro", opening: "100", on: "2026-01-01")
      }

      func spend(
        _ amount: String, on date: String, status: String = "cleared", more: String = ""
      ) async throws -> String {
        try await user.make(
          "transactions",
          #"""
          {"account_id":"\#(giro)","date":"\#(date)","amount":"\#(amount)","status":"\#(status)"\#(more)}
          """#)
      }

      var path: String { "accounts/\(giro)/reconciliations" }

      func begin(_ balance: String, on date: String) async throws -> String {
        try await user.make(
          path, #"{"statement_date":"\#(date)","statement_balance":"\#(balance)"}"#)
      }

      func finish(_ id: String, _ body: String? = nil) async throws -> V1Client.Answer {
        try await user.inLedger(.put, "\(path)/\(id)/finish", body)
      }

      func status(_ id: String) async throws -> String? {
        try await user.inLedger(.get, "transactions/\(id)")["status"]
      }
    }

    @Test func theDifferenceIsWhatIsNotClearedYetAtTheStatementsDate() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        _ = try await books.spend("-10", on: "2026-03-31")
        let pending = try await books.spend("-20", on: "2026-04-30", status: "pending")
        _ = try await books.spend("-40", on: "2026-05-01")
        let made = try await books.user.inLedger(
          .post, books.path, #"{"statement_date":"2026-04-30","statement_balance":"70"}"#)
        #expect(made.status == 201, "\(made)")
        #expect(made["state"] == "open")
        #expect(made["statement_balance"] == "70.00")
        #expect(made["cleared_balance"] == "90.00")
        #expect(made["difference"] == "-20.00")
        let id = try #require(made["id"])
        #expect(made.headers[.location] == "reconciliations/\(id)")
        try await expectEqual(
          books.user.inLedger(.get, "accounts/\(books.giro)?at=2026-04-30")["cleared_balance"],
          "90.00")
        let early = try await books.finish(id)
        #expect(early.status == 409)
        #expect(early.problem == "not-balanced")
        _ = try await books.user.inLedger(
          .patch, "transactions/\(pending)", #"{"status":"cleared"}"#)
        try await expectEqual(
          books.user.inLedger(.get, "\(books.path)/\(id)")["difference"], "0.00")
      }
    }

    @Test func ofManyAtOnceNoneIsChangedIfOneIsLocked() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let food = try await books.user.addCategory("Food")
        let locked = try await books.spend("-10", on: "2026-04-30")
        let free = try await books.spend("-40", on: "2026-05-01")
        let id = try await books.begin("90", on: "2026-04-30")
        try await expectEqual(books.finish(id).status, 200)
        func set(_ change: String, _ ids: String...) async throws -> V1Client.Answer {
          let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
          return try await books.user.inLedger(
            .patch, "transactions/bulk", #"{"ids":[\#(list)],"set":\#(change)}"#)
        }
        let before = try await books.user.inLedger(.get, "transactions").text
        for change in [
          #"{"category_id":"\#(food)"}"#, #"{"tags_add":["x"]}"#, #"{"status":"pending"}"#,
          #"{"payee":"x"}"#,
        ] {
          let answer = try await set(change, free, locked)
          #expect(answer.status == 409 && answer.problem == "reconciled", "\(change): \(answer)")
          try await expectEqual(books.user.inLedger(.get, "transactions").text, before)
        }
        try await expectEqual(set(#"{"payee":"x"}"#, free).status, 200)
        try await expectEqual(
          books.user.inLedger(.delete, "\(books.path)/\(id)").status, 204)
        try await expectEqual(set(#"{"payee":"x"}"#, free, locked).status, 200)
      }
    }

    @Test func whatIsClearedToTheDateIsLockedUntilItIsUndone() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let inside = try await books.spend("-10", on: "2026-04-30")
        let pending = try await books.spend("-20", on: "2026-04-30", status: "pending")
        let after = try await books.spend("-40", on: "2026-05-01")
        let before = try await books.user.inLedger(.get, "accounts/\(books.giro)")
        let id = try await books.begin("90", on: "2026-04-30")
        let finished = try await books.finish(id)
        #expect(finished.status == 200, "\(finished)")
        #expect(finished["state"] == "finished")
        #expect(finished["finished_at"] != nil)
        #expect(finished["difference"] == "0.00")
        try await expectEqual(books.status(inside), "reconciled")
        try await expectEqual(books.status(pending), "pending")
        try await expectEqual(books.status(after), "cleared")
        // Locking changes no figure.
        let locked = try await books.user.inLedger(.get, "accounts/\(books.giro)")
        #expect(locked["balance"] == before["balance"])
        #expect(locked["cleared_balance"] == before["cleared_balance"])
        let path = "transactions/\(inside)"
        for refused in [
          try await books.user.inLedger(.patch, path, #"{"amount":"-11"}"#),
          try await books.user.inLedger(.patch, path, #"{"memo":"x"}"#),
          try await books.user.inLedger(.delete, path),
          try await books.user.inLedger(
            .patch, "transactions/bulk", #"{"ids":["\#(inside)"],"set":{"payee":"x"}}"#),
          try await books.user.inLedger(
            .patch, "accounts/\(books.giro)", #"{"opening_balance":"99"}"#),
        ] {
          #expect(refused.status == 409, "\(refused)")
          #expect(refused.problem == "reconciled")
        }
        // Once is enough.
        try await expectEqual(books.finish(id).text, finished.text)
        try await expectEqual(
          books.user.inLedger(.delete, "\(books.path)/\(id)").status, 204)
        try await expectEqual(books.user.inLedger(.get, "\(books.path)/\(id)").status, 404)
        try await expectEqual(books.status(inside), "cleared")
        let changed = try await books.user.inLedger(.patch, path, #"{"amount":"-11"}"#)
        #expect(changed["amount"] == "-11.00", "\(changed)")
        try await expectEqual(books.user.balance(of: books.giro), "29.00")
      }
    }

    @Test func whoeverBeginsWithOneStatementAtOnceHasBegunOnce() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        async let first = books.begin("90", on: "2026-04-30")
        async let second = books.begin("90", on: "2026-04-30")
        async let third = books.begin("90", on: "2026-04-30")
        async let fourth = books.begin("90", on: "2026-04-30")
        let ids = try await [first, second, third, fourth]
        #expect(Set(ids).count == 1)
        let other = try await books.begin("80", on: "2026-04-30")
        try await expectEqual(books.user.inLedger(.get, books.path).each("id"), [other, ids[0]])
        // One that is finished is not gone on with.
        try await expectEqual(books.finish(ids[0], #"{"adjust":true}"#).status, 200)
        let next = try await books.begin("90", on: "2026-04-30")
        #expect(!ids.contains(next))
      }
    }

    @Test func anAdjustmentMakesUpForTheDifference() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let id = try await books.begin("97.50", on: "2026-04-30")
        let finished = try await books.finish(id, #"{"adjust":true}"#)
        #expect(finished["state"] == "finished", "\(finished)")
        let list = try await books.user.inLedger(.get, "transactions")
        #expect(list.each("payee") == ["Reconciliation adjustment"])
        #expect(list.each("amount") == ["-2.50"])
        #expect(list.each("date") == ["2026-04-30"])
        #expect(list.each("category_id") == [nil])
        #expect(list.each("status") == ["reconciled"])
        try await expectEqual(books.user.balance(of: books.giro, at: "2026-04-30"), "97.50")
      }
    }

    @Test func onlyTheLatestFinishedOneIsUndone() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let april = try await books.spend("-10", on: "2026-04-10")
        let first = try await books.begin("90", on: "2026-04-30")
        _ = try await books.finish(first)
        // It was cleared late: the second one locks it, with its own.
        let late = try await books.spend("-5", on: "2026-04-20")
        let may = try await books.spend("-20", on: "2026-05-10")
        let second = try await books.begin("65", on: "2026-05-10")
        let open = try await books.begin("1", on: "2026-05-11")
        try await expectEqual(books.finish(second).status, 200)
        let list = try await books.user.inLedger(.get, "\(books.path)?limit=2")
        #expect(list.each("id") == [open, second])
        let cursor = try #require(list["next_cursor"])
        let rest = try await books.user.inLedger(.get, "\(books.path)?limit=2&cursor=\(cursor)")
        #expect(rest.each("id") == [first])
        let refused = try await books.user.inLedger(.delete, "\(books.path)/\(first)")
        #expect(refused.status == 409)
        #expect(refused.problem == "reconciliation-not-latest")
        // One that is not finished has locked nothing.
        for id in [open, second] {
          try await expectEqual(
            books.user.inLedger(.delete, "\(books.path)/\(id)").status, 204)
        }
        try await expectEqual(books.status(late), "cleared")
        try await expectEqual(books.status(may), "cleared")
        try await expectEqual(books.status(april), "reconciled")
        try await expectEqual(
          books.user.inLedger(.delete, "\(books.path)/\(first)").status, 204)
        try await expectEqual(books.status(april), "cleared")
      }
    }

    @Test func aTransferIsLockedOnTheAccountsSideOnly() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let card = try await books.user.makeAccount("Card", type: "credit_card")
        let yen = try await books.user.makeAccount("Yen", type: "cash", currency: "JPY")
        let paid = try await books.spend(
          "-30", on: "2026-04-10",
          more: #","transfer_account_id":"\#(card)","transfer_date":"2026-04-12""#)
        let changed = try await books.spend(
          "-10", on: "2026-04-11",
          more: #","transfer_account_id":"\#(yen)","transfer_amount":"1600""#)
        let path = "accounts/\(card)/reconciliations"
        let id = try await books.user.make(
          path, #"{"statement_date":"2026-04-30","statement_balance":"30"}"#)
        try await expectEqual(
          books.user.inLedger(.put, "\(path)/\(id)/finish").status, 200)
        let seen = try await books.user.inLedger(.get, "transactions/\(paid)")
        #expect(seen["status"] == "cleared")
        #expect(seen["transfer_status"] == "reconciled")
        try await expectEqual(
          books.user.inLedger(.delete, "transactions/\(paid)").problem, "reconciled")
        let giro = try await books.begin("60", on: "2026-04-30")
        try await expectEqual(books.finish(giro).status, 200)
        for transfer in [paid, changed] {
          try await expectEqual(books.status(transfer), "reconciled")
        }
        _ = try await books.user.inLedger(.delete, "\(path)/\(id)")
        let left = try await books.user.inLedger(.get, "transactions/\(paid)")
        #expect(left["status"] == "reconciled")
        #expect(left["transfer_status"] == "cleared")
        try await expectEqual(books.user.balance(of: card), "30.00")
        try await expectEqual(books.user.balance(of: yen), "1600")
      }
    }

    @Test func aStatementIsInTheAccountsCurrencyAndOfItsLedger() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        let other = try await V1Client(server, user: "eve")
        let wrong = try await books.user.inLedger(
          .post, books.path, #"{"statement_date":"1600-01-01","statement_balance":"0.001"}"#)
        #expect(wrong.errors.keys.sorted() == ["/statement_balance", "/statement_date"])
        let missing = try await books.user.inLedger(.post, books.path, #"{"adjust":true}"#)
        #expect(
          missing.errors.keys.sorted() == ["/adjust", "/statement_balance", "/statement_date"])
        let id = try await books.begin("100", on: "2026-04-30")
        for answer in [
          try await other.inLedger(.get, books.path),
          try await other.inLedger(.get, "\(books.path)/\(id)"),
          try await other.inLedger(.put, "\(books.path)/\(id)/finish"),
          try await other.inLedger(.delete, "\(books.path)/\(id)"),
          try await books.user.inLedger(.get, "accounts/999/reconciliations"),
        ] {
          #expect(answer.status == 404, "\(answer)")
        }
      }
    }

    @Test func anAccountWithoutTransactionsGoesWithItsReconciliations() async throws {
      try await FinanceServer.run { server in
        let books = try await Books(server)
        _ = try await books.begin("100", on: "2026-04-30")
        try await expectEqual(
          books.user.inLedger(.delete, "accounts/\(books.giro)").status, 204)
      }
    }
  }
}
