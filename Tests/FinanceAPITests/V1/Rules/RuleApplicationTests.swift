import HTTPTypes
import TestSupport
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// The clock shows 15 May 2026.
  struct RuleApplicationTests {
    private static let fields = [
      "payee", "memo", "category_id", "transfer_account_id", "tags.0", "tags.1", "status",
    ]

    private func record(
      _ sam: V1Client, _ account: String, _ date: String, _ memo: String, _ amount: String = "-10",
      _ more: String = ""
    ) async throws -> String {
      try await sam.make(
        "transactions",
        """
        {"account_id":"\(account)","date":"\(date)","amount":"\(amount)","memo":"\(memo)"\(more)}
        """)
    }

    private let rule = """
      {"name":"Trips","trigger":"imported","active":false,
       "conditions":[{"field":"memo","operator":"contains","value":"train"}],
       "actions":[{"type":"set_payee","value":"Railway"},{"type":"add_tag","value":"trip"}]}
      """

    @Test func aPreviewSaysWhatWouldChangeAndChangesNothing() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let first = try await record(sam, account, "2026-03-01", "Train to Bern")
        let second = try await record(sam, account, "2026-04-01", "night train", "-99.5")
        _ = try await record(sam, account, "2026-04-02", "Bus")
        _ = try await record(
          sam, account, "2026-04-03", "train", "-1", #","payee":"railway","tags":["Trip"]"#)
        let before = try await sam.inLedger(.get, "transactions").text
        let preview = try await sam.inLedger(.post, "rules/preview", #"{"rule":\#(rule)}"#)
        #expect(preview.status == 200, "\(preview)")
        #expect(preview["count"] == "2" && preview["reconciled_count"] == "0")
        #expect(preview.each("transaction_id") == [second, first])
        #expect(preview["data.0.amount"] == "-99.50" && preview["data.0.date"] == "2026-04-01")
        #expect(preview["data.0.before.payee"] == nil)
        #expect(preview["data.0.after.payee"] == "Railway")
        #expect(preview["data.0.after.tags.0"] == "trip")
        #expect(preview["data.0.after.memo"] == "night train")
        try await expectEqual(sam.inLedger(.get, "transactions").text, before)
        let bounded = try await sam.inLedger(
          .post, "rules/preview", #"{"rule":\#(rule),"limit":1}"#)
        #expect(bounded.count() == 1 && bounded["count"] == "2")
        let april = try await sam.inLedger(
          .post, "rules/preview",
          #"{"rule":\#(rule),"start_date":"2026-04-01","end_date":"2026-04-01"}"#)
        #expect(april.each("transaction_id") == [second])
      }
    }

    @Test func aPreviewNeedsARuleThatMakesSense() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        try await expectEqual(
          Set(
            sam.inLedger(
              .post, "rules/preview", #"{"start_date":"x","limit":0,"end":"2026-01-01"}"#
            ).errors.keys), ["/rule", "/start_date", "/limit", "/end"])
        let wrong = try await sam.inLedger(
          .post, "rules/preview",
          """
          {"rule":{"conditions":[{"field":"payee","operator":"less_than","value":"1"}],
            "actions":[{"type":"set_category","value":"x"}]}}
          """)
        #expect(
          Set(wrong.errors.keys) == ["/rule/conditions/0/operator", "/rule/actions/0/value"])
        let range = try await sam.inLedger(
          .post, "rules/preview",
          #"{"rule":\#(rule),"start_date":"2026-05-02","end_date":"2026-05-01"}"#)
        #expect(Array(range.errors.keys) == ["/end_date"])
      }
    }

    @Test func applyingARuleTwiceChangesNothingMore() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let savings = try await sam.makeAccount("Savings", type: "savings")
        let id = try await record(sam, account, "2026-03-01", "train")
        let rule = try await sam.make(
          "rules",
          """
          {"name":"x","trigger":"created",
           "conditions":[{"field":"memo","operator":"starts_with","value":"train"}],
           "actions":[{"type":"append_memo","value":"(saved)"},
            {"type":"set_transfer_account","value":"\(savings)"}]}
          """)
        let applied = try await sam.inLedger(.post, "rules/\(rule)/apply")
        #expect(applied.status == 200, "\(applied)")
        #expect(applied["count"] == "1")
        let after = try await sam.inLedger(.get, "transactions/\(id)")
        #expect(after["memo"] == "train (saved)" && after["transfer_account_id"] == savings)
        try await expectEqual(sam.balance(of: savings), "10.00")
        try await expectEqual(sam.balance(of: account), "-10.00")
        try await expectEqual(sam.inLedger(.post, "rules/\(rule)/apply")["count"], "0")
        try await expectEqual(sam.inLedger(.get, "transactions/\(id)").text, after.text)
      }
    }

    @Test func whatIsReconciledIsLeftAndCounted() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let locked = try await record(sam, account, "2026-03-01", "train")
        let open = try await record(sam, account, "2026-03-02", "train")
        _ = try await server.database().transaction([
          "update transaction set status = 'reconciled' where id = \(locked)::bigint",
          """
          update entry set from_status = 'reconciled', to_status = 'reconciled'
          where transaction_id = \(locked)::bigint
          """,
        ])
        let preview = try await sam.inLedger(.post, "rules/preview", #"{"rule":\#(rule)}"#)
        #expect(preview["count"] == "1" && preview["reconciled_count"] == "1")
        #expect(preview.each("transaction_id") == [open])
        let id = try await sam.make("rules", rule)
        let applied = try await sam.inLedger(.post, "rules/\(id)/apply", "{}")
        #expect(applied["count"] == "1" && applied["reconciled_count"] == "1")
        try await expectEqual(sam.inLedger(.get, "transactions/\(locked)")["payee"], nil)
        try await expectEqual(sam.inLedger(.get, "transactions/\(open)")["payee"], "Railway")
      }
    }

    @Test func deletedTransactionsStayAsTheyAre() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let gone = try await record(sam, account, "2026-03-01", "train")
        _ = try await sam.inLedger(.delete, "transactions/\(gone)")
        let id = try await sam.make("rules", rule)
        try await expectEqual(sam.inLedger(.post, "rules/\(id)/apply")["count"], "0")
      }
    }

    /// A few hundred transactions: more than are read at once.
    @Test func aPreviewIsWhatApplyingDoes() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let savings = try await sam.makeAccount("Savings", type: "savings")
        var random = SeededGenerator(seed: 13)
        let words = ["train", "bus", "café", "Bern", "night", "TRAIN"]
        let bodies = (0..<600).map { index in
          let memo = (0..<2).map { _ in words.randomElement(using: &random) ?? "" }
          let tags = Bool.random(using: &random) ? #"["trip"]"# : "[]"
          let target = Bool.random(using: &random) ? "null" : #""\#(savings)""#
          let day = Int.random(in: 10...28, using: &random)
          return """
            {"account_id":"\(account)","date":"2026-04-\(day)","amount":"-\(index + 1)",
             "memo":"\(memo.joined(separator: " "))","tags":\(tags),"transfer_account_id":\(target)}
            """
        }
        for part in [bodies[..<300], bodies[300...]] {
          let made = try await sam.inLedger(
            .post, "transactions/bulk",
            #"{"transactions":[\#(part.joined(separator: ","))]}"#)
          try #require(made.status == 201, "\(made)")
        }
        let rule = """
          {"name":"x","trigger":"created","match":"any",
           "conditions":[{"field":"memo","operator":"matches","value":"train|caf[eé] n"},
            {"field":"amount","operator":"between","value":["50","99.99"]}],
           "actions":[{"type":"append_memo","value":"!"},{"type":"add_tag","value":"trip"},
            {"type":"set_transfer_account","value":"\(savings)"}]}
          """
        let range = #""start_date":"2026-04-12","end_date":"2026-04-27""#
        let preview = try await sam.inLedger(
          .post, "rules/preview", #"{"rule":\#(rule),"limit":200,\#(range)}"#)
        let before = try await all(sam)
        let id = try await sam.make("rules", rule)
        let applied = try await sam.inLedger(.post, "rules/\(id)/apply", "{\(range)}")
        #expect(applied["count"] == preview["count"])
        let after = try await all(sam)
        let changed = after.filter { before[$0.key] != $0.value }
        #expect(String(changed.count) == preview["count"])
        #expect(preview.count() == 200)
        for index in 0..<preview.count() {
          let transaction = try #require(preview["data.\(index).transaction_id"])
          #expect(
            before[transaction] == Self.fields.map { preview["data.\(index).before.\($0)"] })
          #expect(after[transaction] == Self.fields.map { preview["data.\(index).after.\($0)"] })
        }
      }
    }

    /// What rules can change, by transaction.
    private func all(_ sam: V1Client) async throws -> [String: [String?]] {
      var found: [String: [String?]] = [:]
      var cursor = ""
      while true {
        let page = try await sam.inLedger(.get, "transactions?limit=200\(cursor)")
        for index in 0..<page.count() {
          let id = try #require(page["data.\(index).id"])
          found[id] = Self.fields.map { page["data.\(index).\($0)"] }
        }
        guard let next = page["next_cursor"] else { return found }
        cursor = "&cursor=\(next)"
      }
    }
  }
}
