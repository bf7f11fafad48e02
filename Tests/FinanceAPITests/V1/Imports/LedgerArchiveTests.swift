import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// Terrace's own export.
  struct LedgerArchiveTests {
    private static let export = """
      {"format":"terrace","version":1,
       "ledger":{"name":"Home","currency":"EUR","time_zone":"Europe/Berlin"},
       "accounts":[
        {"id":"71","name":"Giro","type":"checking","currency":"EUR","opening_balance":"100.00",
         "opened_on":"2026-01-01","closed_on":null,"note":"ours","balance":"0"},
        {"id":"72","name":"Yen","type":"cash","currency":"JPY","opening_balance":"500",
         "opened_on":"2026-01-01","closed_on":"2026-05-01","note":""}],
       "categories":[
        {"id":"82","name":"Bread","kind":"expense","parent_id":"81","archived":true},
        {"id":"81","name":"Food","kind":"expense","parent_id":null,"archived":false}],
       "tags":["fun","unused"],
       "transactions":[
        {"id":"91","account_id":"71","date":"2026-02-01","amount":"-3.50","currency":"EUR",
         "payee":"Bakery","memo":"rolls","category_id":"82","transfer_account_id":null,
         "transfer_amount":null,"transfer_date":null,"tags":["fun"],"status":"reconciled",
         "external_id":"x1","splits":[]},
        {"id":"92","account_id":"71","date":"2026-02-02","amount":"-10.00","payee":null,"memo":"",
         "category_id":null,"transfer_account_id":"72","transfer_amount":"1600",
         "transfer_date":"2026-02-03","transfer_status":"pending","tags":[],"status":"cleared",
         "external_id":null,"splits":[]},
        {"id":"93","account_id":"71","date":"2026-02-04","amount":"-5.00","payee":"Market","memo":"",
         "category_id":null,"transfer_account_id":null,"tags":[],"status":"pending",
         "external_id":null,"splits":[
          {"id":"1","amount":"-2.00","category_id":"81","transfer_account_id":null,"memo":"a"},
          {"id":"2","amount":"-3.00","category_id":null,"transfer_account_id":null,"memo":"b"}]}],
       "rules":[{"name":"r","trigger":"imported","conditions":[
          {"field":"account_id","operator":"is","value":"71"}],
         "actions":[{"type":"set_category","value":"81"}]}],
       "budgets":[{"category_id":"81","month":"2026-02","assigned":"20.00","rollover":"all"}],
       "rates":[{"from":"JPY","to":"EUR","date":"2026-01-01","rate":"0.00625"}],
       "recurrences":[{"id":"61","template":{"account_id":"99","amount":"-1"},"unit":"month",
         "anchor_date":"2026-01-31"}]}
      """

    @Test func anExportedLedgerComesBackWhole() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let made = try await sam.upload(Self.export)
        #expect(made.status == 201, "\(made)")
        #expect(made["format"] == "json")
        #expect(made["counts.new"] == "3")
        #expect(made["warnings.0"]?.contains("Recurrences of accounts") == true)
        for (name, count) in [
          ("accounts", "2"), ("categories", "2"), ("tags", "2"), ("rules", "1"),
          ("rates", "1"), ("budgets", "1"), ("recurrences", "1"), ("reconciliations", "0"),
        ] {
          #expect(made["contents.\(name)"] == count, "\(name)")
        }
        let id = made["id"] ?? ""
        let published = try await sam.inLedger(.post, "imports/\(id)/publish")
        #expect(published.status == 200, "\(published)")
        let accounts = try await sam.inLedger(.get, "accounts")
        #expect(accounts.each("name") == ["Giro", "Yen"])
        #expect(accounts.each("balance") == ["81.50", "2100"])
        #expect(accounts.each("cleared_balance") == ["86.50", "500"])
        #expect(accounts.each("opening_balance") == ["100.00", "500"])
        #expect(accounts.each("closed_on") == [nil, "2026-05-01"])
        #expect(accounts["data.0.note"] == "ours")
        let list = try await sam.inLedger(.get, "transactions?sort=date")
        #expect(list.each("status") == ["reconciled", "cleared", "pending"])
        #expect(list.each("payee") == ["Bakery", nil, "Market"])
        #expect(list["data.0.tags.0"] == "fun")
        #expect(list["data.0.external_id"] == "x1")
        #expect(list["data.1.transfer_account_id"] == accounts["data.1.id"])
        #expect(list["data.1.transfer_amount"] == "1600")
        #expect(list["data.1.transfer_date"] == "2026-02-03")
        #expect(list["data.2.splits.1.memo"] == "b")
        let food = try #require(list["data.2.splits.0.category_id"])
        try await expectEqual(
          sam.inLedger(.get, "transactions?category_id=\(food)").count(), 2)
        let rules = try await sam.inLedger(.get, "rules")
        #expect(rules["data.0.actions.0.value"] == food)
        #expect(rules["data.0.conditions.0.value"] == accounts["data.0.id"])

        let budget = try await sam.inLedger(.get, "budgets/2026-03")
        #expect(budget["categories.0.carried"] == "14.50")

        let again = try await sam.upload(Self.export)
        #expect(again["warnings.1"]?.contains("not empty") == true)
        let refused = try await sam.inLedger(.post, "imports/\(again["id"] ?? "")/publish")
        #expect(refused.problem == "ledger-not-empty")
      }
    }

    @Test func aLedgerThatCameBackIsTakenBackWhole() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        for _ in 1...2 {
          let id = try #require(try await sam.upload(Self.export)["id"])
          try await expectEqual(sam.inLedger(.post, "imports/\(id)/publish").status, 200)
          let reverted = try await sam.inLedger(.post, "imports/\(id)/revert")
          #expect(reverted.status == 200, "\(reverted)")
          #expect(reverted["state"] == "reverted")
          #expect(reverted["reverted"] == "3")
          #expect(reverted.count("kept") == 0)
          for list in [
            "accounts", "categories", "tags", "payees", "rules", "rates", "transactions",
          ] {
            try await expectEqual(sam.inLedger(.get, list).count(), 0, "\(list)")
          }
          try await expectEqual(
            sam.inLedger(.get, "transactions?deleted=true").count(), 0, "None can be restored.")
        }
      }
    }

    /// What a person has done with it since is theirs.
    @Test func whatWasChangedSinceStaysWithWhatItNeeds() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let id = try #require(try await sam.upload(Self.export)["id"])
        try await expectEqual(sam.inLedger(.post, "imports/\(id)/publish").status, 200)
        let list = try await sam.inLedger(.get, "transactions?sort=date")
        let market = try #require(list["data.2.id"])
        _ = try await sam.inLedger(.patch, "transactions/\(market)", #"{"memo":"mine"}"#)
        let fun = try #require(try await sam.inLedger(.get, "tags")["data.0.id"])
        _ = try await sam.inLedger(.patch, "tags/\(fun)", #"{"name":"Fun"}"#)
        let reverted = try await sam.inLedger(.post, "imports/\(id)/revert")
        #expect(reverted.status == 200, "\(reverted)")
        // The tag's name shows in the first one.
        #expect(reverted["reverted"] == "1")
        #expect(reverted.count("changed_transaction_ids") == 2)
        let kept = (0..<reverted.count("kept")).map { reverted["kept.\($0).type"] ?? "" }
        #expect(kept == ["account", "category", "category", "payee", "payee", "tag"])
        try await expectEqual(sam.inLedger(.get, "accounts").each("name"), ["Giro"])
        try await expectEqual(sam.inLedger(.get, "accounts").each("balance"), ["91.50"])
        try await expectEqual(sam.inLedger(.get, "rules").count(), 0)
      }
    }

    @Test func anExportThatIsNotWholeIsRefusedInOneSentence() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        for (old, new, reason) in [
          ("\"version\":1", "\"version\":2", "no version"), ("\"date\":\"2026-02-01\"", "", "cut"),
          ("-3.50", "a lot", "no amount that makes sense in transactions/0"),
        ] {
          let answer = try await sam.upload(Self.export.replacing(old, with: new))
          #expect(answer.problem == "invalid-file")
          #expect(answer["detail"]?.contains(reason) == true, "\(answer)")
          try await expectEqual(sam.inLedger(.get, "imports").count(), 0)
        }
        let lost = try await sam.upload(
          Self.export.replacing(#""category_id":"82""#, with: #""category_id":"83""#))
        let refused = try await sam.inLedger(.post, "imports/\(lost["id"] ?? "")/publish")
        #expect(
          refused.errors == ["/transactions/0/category_id": "is no category of this ledger"])
        try await expectEqual(sam.inLedger(.get, "accounts").count(), 0)
      }
    }
  }
}
