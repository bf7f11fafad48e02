import HTTPTypes
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// The clock shows 15 May 2026.
  struct RecurrenceTests {
    private func rent(of account: String, _ more: String = "") -> String {
      """
      {"template":{"account_id":"\(account)","amount":"-900","payee":"Landlord","tags":["home"]},
       "unit":"month","anchor_date":"2026-01-31"\(more)}
      """
    }

    @Test func aRecurrenceIsWhatWasAskedFor() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let made = try await sam.inLedger(.post, "recurrences", rent(of: account))
        #expect(made.status == 201)
        let id = try #require(made["id"])
        #expect(made.headers[.location] == "recurrences/\(id)")
        let shown = try await sam.inLedger(.get, "recurrences/\(id)")
        #expect(shown.text == made.text)
        #expect(shown.headers[.eTag] == made.headers[.eTag])
        for (path, value) in [
          "template.account_id": account, "template.amount": "-900.00", "currency": "EUR",
          "template.payee": "Landlord", "template.memo": "", "template.tags.0": "home",
          "template.status": "cleared", "unit": "month", "every": "1", "anchor_date": "2026-01-31",
          "weekend": "keep", "active": "true",
        ] { #expect(shown[path] == value, "\(path)") }
        #expect(shown["until"] == nil && shown["template.category_id"] == nil)
        let list = try await sam.inLedger(.get, "recurrences")
        #expect(list.each("id") == [id])
      }
    }

    @Test func aTemplateMayBeSplitOrATransferAcrossCurrencies() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let euros = try await sam.makeAccount("Checking")
        let dollars = try await sam.makeAccount("Dollars", currency: "USD")
        let id = try await sam.make(
          "recurrences",
          """
          {"template":{"account_id":"\(euros)","amount":"-30","splits":[{"amount":"-10","memo":"a"},
            {"amount":"-20","transfer_account_id":"\(dollars)","transfer_amount":"22.5"}]},
           "unit":"week","every":2,"anchor_date":"2026-05-15"}
          """)
        let shown = try await sam.inLedger(.get, "recurrences/\(id)")
        #expect(shown["template.splits.0.amount"] == "-10.00")
        #expect(shown["template.splits.1.transfer_amount"] == "22.50")
        let recorded = try await sam.inLedger(
          .post, "recurrences/\(id)/occurrences/2026-05-29/record")
        #expect(recorded.status == 201, "\(recorded)")
        try await expectEqual(sam.balance(of: dollars, at: "2026-05-29"), "22.50")
        try await expectEqual(sam.balance(of: euros, at: "2026-05-29"), "-30.00")
      }
    }

    @Test func allThatIsWrongIsSaidAtOnce() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let yen = try await sam.makeAccount("Yen", currency: "JPY")
        let missing = try await sam.inLedger(.post, "recurrences", "{}")
        #expect(missing.status == 400)
        #expect(Set(missing.errors.keys) == ["/template", "/unit", "/anchor_date"])
        let null = try await sam.inLedger(
          .post, "recurrences", #"{"template":null,"unit":"day","anchor_date":"2026-05-15"}"#)
        #expect(null.errors == ["/template": "is required"])
        let shape = try await sam.inLedger(
          .post, "recurrences",
          """
          {"template":{"account_id":"\(yen)","amount":"-1","date":"2026-01-01","external_id":"x",
            "transfer_date":"2026-01-01","splits":[{"amount":"-1","id":"1"}]},
           "unit":"fortnight","every":0,"anchor_date":"2026-02-30","weekend":"never","active":1}
          """)
        #expect(
          Set(shape.errors.keys) == [
            "/template/date", "/template/external_id", "/template/transfer_date",
            "/template/splits/0/id", "/unit", "/every", "/anchor_date", "/weekend", "/active",
          ])
        let meaning = try await sam.inLedger(
          .post, "recurrences",
          """
          {"template":{"account_id":"\(yen)","amount":"-1.5","category_id":"999"},"unit":"day",
           "every":7,"anchor_date":"2026-05-15","until":"2026-05-14"}
          """)
        #expect(
          meaning.errors == [
            "/template/amount": "must have no decimals in JPY",
            "/until": "must not be before anchor_date",
          ])
        let years = try await sam.inLedger(
          .post, "recurrences",
          """
          {"template":{"account_id":"\(yen)","amount":"-1"},"unit":"day","anchor_date":"2200-01-01"}
          """)
        #expect(Set(years.errors.keys) == ["/anchor_date"])
      }
    }

    @Test func aPatchChangesWhatItNames() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let made = try await sam.inLedger(
          .post, "recurrences", rent(of: account, #","until":"2027-01-31""#))
        let path = "recurrences/\(try #require(made["id"]))"
        let changed = try await sam.inLedger(
          .patch, path,
          #"{"template":{"amount":"-950","payee":null},"weekend":"after","until":null}"#,
          headers: [.ifMatch: try #require(made.headers[.eTag])])
        #expect(changed.status == 200, "\(changed)")
        #expect(changed["template.amount"] == "-950.00")
        #expect(changed["template.payee"] == nil)
        #expect(changed["template.tags.0"] == "home")
        #expect(changed["weekend"] == "after")
        #expect(changed["until"] == nil)
        #expect(changed["unit"] == "month")
        let stale = try await sam.inLedger(
          .patch, path, #"{"every":2}"#, headers: [.ifMatch: try #require(made.headers[.eTag])])
        #expect(stale.status == 412)
        let wrong = try await sam.inLedger(
          .patch, path, #"{"template":null,"unit":null,"every":1001,"name":"x"}"#)
        #expect(Set(wrong.errors.keys) == ["/template", "/unit", "/every", "/name"])
        let account2 = try await sam.inLedger(.patch, path, #"{"template":{"account_id":"999"}}"#)
        #expect(account2.errors == ["/template/account_id": "is no account of this ledger"])
      }
    }

    @Test func editingSkipsNoOccurrence() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let id = try await sam.make("recurrences", rent(of: account))
        let occurrences = "recurrences/\(id)/occurrences"
        _ = try await sam.inLedger(.post, "\(occurrences)/2026-04-30/record")
        _ = try await sam.inLedger(.post, "\(occurrences)/2026-06-30/skip")
        func upcoming() async throws -> [String?] {
          try await sam.inLedger(.get, "upcoming?until=2026-10-31").each("due_date")
        }
        try await expectEqual(
          upcoming(), ["2026-05-31", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31"])
        // Every other month: those that stay are where they were.
        _ = try await sam.inLedger(.patch, "recurrences/\(id)", #"{"every":2}"#)
        try await expectEqual(upcoming(), ["2026-05-31", "2026-07-31", "2026-09-30"])
        _ = try await sam.inLedger(
          .patch, "recurrences/\(id)", #"{"every":1,"until":"2026-08-31"}"#)
        try await expectEqual(upcoming(), ["2026-05-31", "2026-07-31", "2026-08-31"])
        // Another day: each due date that the schedule has newly is open, the one in April too.
        _ = try await sam.inLedger(.patch, "recurrences/\(id)", #"{"anchor_date":"2026-01-20"}"#)
        try await expectEqual(
          upcoming(), ["2026-04-20", "2026-05-20", "2026-06-20", "2026-07-20", "2026-08-20"])
        _ = try await sam.inLedger(.patch, "recurrences/\(id)", #"{"active":false}"#)
        try await expectEqual(upcoming(), [])
      }
    }

    @Test func whatWasRecordedOutlivesItsRecurrence() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let id = try await sam.make("recurrences", rent(of: account))
        let recorded = try await sam.inLedger(
          .post, "recurrences/\(id)/occurrences/2026-04-30/record")
        #expect(recorded["recurrence_id"] == id)
        let transaction = "transactions/\(try #require(recorded["id"]))"
        // A change leaves it where it belongs.
        _ = try await sam.inLedger(.patch, transaction, #"{"memo":"late"}"#)
        try await expectEqual(sam.inLedger(.get, transaction)["recurrence_id"], id)
        let deleted = try await sam.inLedger(.delete, "recurrences/\(id)")
        #expect(deleted.status == 204)
        let left = try await sam.inLedger(.get, transaction)
        #expect(left.status == 200)
        #expect(left.text.contains(#""recurrence_id":null"#))
        try await expectEqual(sam.balance(of: account), "-900.00")
        try await expectEqual(sam.inLedger(.get, "recurrences/\(id)").status, 404)
        let rows = try await server.database().query(
          "select object_id from deletion where type = 'recurrence'")
        #expect(try rows.map { String(try $0.decode(0, as: Int64.self)) } == [id])
      }
    }

    @Test func aRetriedCreateMakesOne() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let body = rent(of: try await sam.makeAccount("Checking"))
        let headers: HTTPFields = [try #require(HTTPField.Name("Idempotency-Key")): "k1"]
        let first = try await sam.inLedger(.post, "recurrences", body, headers: headers)
        let second = try await sam.inLedger(.post, "recurrences", body, headers: headers)
        #expect(first.status == 201 && second.text == first.text)
        try await expectEqual(sam.inLedger(.get, "recurrences").count(), 1)
      }
    }

    @Test func anotherLedgersRecurrenceIsNotThere() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let eve = try await V1Client(server, user: "eve")
        let id = try await sam.make(
          "recurrences", rent(of: try await sam.makeAccount("Checking")))
        let occurrence = "recurrences/\(id)/occurrences/2026-04-30"
        for (method, path) in [
          (.get, "recurrences/\(id)"), (.patch, "recurrences/\(id)"),
          (.delete, "recurrences/\(id)"), (.post, "\(occurrence)/record"),
          (.post, "\(occurrence)/skip"), (.delete, occurrence),
        ] as [(HTTPRequest.Method, String)] {
          let body = method == .patch ? "{}" : nil
          try await expectEqual(eve.inLedger(method, path, body).status, 404, "\(method) \(path)")
        }
        try await expectEqual(
          eve.inLedger(.post, "recurrences", rent(of: try await sam.makeAccount("Cash"))).errors,
          ["/template/account_id": "is no account of this ledger"])
        try await expectEqual(eve.inLedger(.get, "upcoming").count(), 0)
      }
    }

    @Test func aLedgerHasABoundedNumberOfRecurrences() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let body = rent(of: try await sam.makeAccount("Checking"))
        _ = try await sam.make("recurrences", body)
        _ = try await server.database().query(
          """
          insert into recurrence (
            ledger_id, template, unit, every, anchor_date, weekend, active, version)
          select ledger_id, template, unit, every, anchor_date, weekend, false, version
          from recurrence, generate_series(1, \(LedgerWriter.maximumRecurrences - 1))
          """)
        let refused = try await sam.inLedger(.post, "recurrences", body)
        #expect(refused.status == 409)
        #expect(refused.problem == "too-many-recurrences")
      }
    }
  }
}
