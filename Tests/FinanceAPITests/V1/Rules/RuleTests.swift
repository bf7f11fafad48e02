import HTTPTypes
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// The clock shows 15 May 2026.
  struct RuleTests {
    private func rule(_ value: String, _ actions: String, _ more: String = "") -> String {
      """
      {"name":"rule","trigger":"created","actions":[\(actions)],
       "conditions":[{"field":"memo","operator":"contains","value":"\(value)"}]\(more)}
      """
    }

    private func category(_ sam: V1Client, _ name: String, _ kind: String = "expense") async throws
      -> String
    {
      let rows = try await sam.server.database().query(
        """
        insert into account (ledger_id, kind, name, currency, version)
        values (\(sam.ledger)::bigint, \(kind), \(name), 'XXX', 1) returning id
        """)
      return String(try rows[0].decode(0, as: Int64.self))
    }

    @Test func aRuleIsWhatWasAskedFor() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let made = try await sam.inLedger(
          .post, "rules",
          """
          {"name":"Coffee","trigger":"imported","match":"any","active":false,"position":7,
           "conditions":[{"field":"bank_text","operator":"matches","value":"caf.\\\\b"},
            {"field":"amount","operator":"between","value":["1","5.50"]},
            {"field":"payee","operator":"is_empty"}],
           "actions":[{"type":"add_tag","value":"coffee"},{"type":"set_memo","value":""}]}
          """)
        #expect(made.status == 201, "\(made)")
        let id = try #require(made["id"])
        #expect(made.headers[.location] == "rules/\(id)")
        for (path, value) in [
          ("name", "Coffee"), ("trigger", "imported"), ("match", "any"), ("active", "false"),
          ("position", "7"), ("conditions.0.field", "bank_text"),
          ("conditions.0.operator", "matches"), ("conditions.0.value", #"caf.\b"#),
          ("conditions.1.value.0", "1"), ("conditions.1.value.1", "5.50"),
          ("conditions.2.operator", "is_empty"), ("conditions.2.value", nil),
          ("actions.0.type", "add_tag"), ("actions.0.value", "coffee"), ("actions.1.value", ""),
        ] { #expect(made[path] == value, "\(path)") }
        let shown = try await sam.inLedger(.get, "rules/\(id)")
        #expect(shown.text == made.text)
        #expect(shown.headers[.eTag] == made.headers[.eTag])
      }
    }

    @Test func allThatIsWrongIsSaidAtOnce() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        try await expectEqual(
          Set(sam.inLedger(.post, "rules", "{}").errors.keys),
          ["/name", "/trigger", "/conditions", "/actions"])
        let shape = try await sam.inLedger(
          .post, "rules",
          """
          {"name":"","trigger":"deleted","match":"none","position":-1,"stop":true,
           "conditions":[{"field":"weather","operator":"like","value":[1]},{"value":"x"}],
           "actions":[{"type":"explode"}]}
          """)
        #expect(
          Set(shape.errors.keys) == [
            "/name", "/trigger", "/match", "/position", "/stop", "/conditions/0/field",
            "/conditions/0/operator", "/conditions/0/value", "/conditions/1/field",
            "/conditions/1/operator", "/actions/0/type", "/actions/0/value",
          ])
        let meaning = try await sam.inLedger(
          .post, "rules",
          """
          {"name":"x","trigger":"created",
           "conditions":[{"field":"memo","operator":"matches","value":"(a)\\\\1"},
            {"field":"amount","operator":"contains","value":"1"},
            {"field":"payee","operator":"between","value":"a"}],
           "actions":[{"type":"set_status","value":"reconciled"}]}
          """)
        #expect(
          Set(meaning.errors.keys) == [
            "/conditions/0/value", "/conditions/1/operator", "/conditions/2/value",
            "/actions/0/value",
          ])
        let ids = try await sam.inLedger(
          .post, "rules",
          """
          {"name":"x","trigger":"created",
           "conditions":[{"field":"account_id","operator":"is","value":"999"},
            {"field":"category_id","operator":"is_not","value":"998"}],
           "actions":[{"type":"set_category","value":"997"},
            {"type":"set_transfer_account","value":"996"}]}
          """)
        #expect(
          Set(ids.errors.keys) == [
            "/conditions/0/value", "/conditions/1/value", "/actions/0/value", "/actions/1/value",
          ])
      }
    }

    @Test func aPatchChangesWhatItNamesAndAnotherStateIsRefused() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let made = try await sam.inLedger(
          .post, "rules", rule("a", #"{"type":"add_tag","value":"t"}"#))
        let path = "rules/\(try #require(made["id"]))"
        let tag = try #require(made.headers[.eTag])
        let changed = try await sam.inLedger(
          .patch, path, #"{"active":false,"actions":[{"type":"set_payee","value":"P"}]}"#,
          headers: [.ifMatch: tag])
        #expect(changed.status == 200, "\(changed)")
        #expect(changed["active"] == "false" && changed["actions.0.type"] == "set_payee")
        #expect(changed["conditions.0.value"] == "a" && changed["name"] == "rule")
        try await expectEqual(
          sam.inLedger(.patch, path, #"{"name":"x"}"#, headers: [.ifMatch: tag]).status, 412)
        try await expectEqual(
          sam.inLedger(.delete, path, headers: [.ifMatch: tag]).status, 412)
        try await expectEqual(
          Set(
            sam.inLedger(.patch, path, #"{"name":null,"conditions":null,"actions":[]}"#).errors.keys
          ),
          ["/name", "/conditions"])
        try await expectEqual(
          Set(sam.inLedger(.patch, path, #"{"actions":[]}"#).errors.keys), ["/actions"])
        try await expectEqual(sam.inLedger(.delete, path).status, 204)
        try await expectEqual(sam.inLedger(.get, path).status, 404)
      }
    }

    @Test func rulesAreListedInTheirOrder() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let action = #"{"type":"add_tag","value":"t"}"#
        let first = try await sam.make("rules", rule("a", action))
        let second = try await sam.make("rules", rule("b", action))
        let before = try await sam.make("rules", rule("c", action, #","position":0"#))
        try await expectEqual(sam.inLedger(.get, "rules").each("id"), [before, first, second])
        _ = try await sam.inLedger(.patch, "rules/\(first)", #"{"position":9}"#)
        try await expectEqual(sam.inLedger(.get, "rules").each("id"), [before, second, first])
      }
    }

    @Test func aNewTransactionIsChangedByTheRulesInTheirOrder() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let food = try await category(sam, "Food")
        _ = try await sam.make(
          "rules", rule("corner", #"{"type":"set_payee","value":"Corner shop"}"#))
        _ = try await sam.make(
          "rules",
          """
          {"name":"later","trigger":"created",
           "conditions":[{"field":"payee","operator":"is","value":"corner shop"}],
           "actions":[{"type":"set_category","value":"\(food)"},{"type":"add_tag","value":"food"},
            {"type":"set_status","value":"pending"}]}
          """)
        _ = try await sam.make(
          "rules", rule("corner", #"{"type":"add_tag","value":"off"}"#, #","active":false"#))
        _ = try await sam.make(
          "rules",
          rule("corner", #"{"type":"add_tag","value":"bank"}"#)
            .replacing(#""created""#, with: #""imported""#))
        let body =
          #"{"account_id":"\#(account)","date":"2026-05-15","amount":"-9","memo":"CÖRNER 12"}"#
        for answer in [
          try await sam.inLedger(.post, "transactions", body),
          try await sam.inLedger(.post, "transactions/bulk", #"{"transactions":[\#(body)]}"#),
        ] {
          #expect(answer.status == 201, "\(answer)")
          let place = answer["id"] == nil ? "data.0." : ""
          #expect(answer["\(place)payee"] == "Corner shop")
          #expect(answer["\(place)category_id"] == food)
          #expect(answer["\(place)tags.0"] == "food")
          #expect(answer.text.contains(#""tags":["food"]"#))
          #expect(answer["\(place)status"] == "pending")
          #expect(answer["\(place)memo"] == "CÖRNER 12")
        }
      }
    }

    @Test func whatARequestGivesStaysAsItIs() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let food = try await category(sam, "Food")
        let fun = try await category(sam, "Fun")
        _ = try await sam.make(
          "rules",
          rule(
            "shop",
            """
            {"type":"set_category","value":"\(food)"},{"type":"set_payee","value":"Rule"},
            {"type":"append_memo","value":"by rule"},{"type":"add_tag","value":"rule"},
            {"type":"set_status","value":"pending"}
            """))
        let given = try await sam.inLedger(
          .post, "transactions",
          """
          {"account_id":"\(account)","date":"2026-05-15","amount":"-9","memo":"shop","payee":"Me",
           "category_id":"\(fun)","tags":["mine"],"status":"cleared"}
          """)
        #expect(given["payee"] == "Me" && given["category_id"] == fun && given["memo"] == "shop")
        #expect(given.text.contains(#""tags":["mine"]"#) && given["status"] == "cleared")
        // Null and empty are as if they were not given.
        let empty = try await sam.inLedger(
          .post, "transactions",
          """
          {"account_id":"\(account)","date":"2026-05-15","amount":"-9","memo":"shop","payee":null,
           "category_id":null,"tags":[],"status":null}
          """)
        #expect(empty["payee"] == "Rule" && empty["category_id"] == food)
        #expect(empty.text.contains(#""tags":["rule"]"#) && empty["status"] == "pending")
      }
    }

    @Test func aRuleNeverKeepsATransactionOut() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let account = try await sam.makeAccount("Checking")
        let savings = try await sam.makeAccount("Savings", type: "savings")
        let food = try await category(sam, "Food")
        for action in [
          #"{"type":"set_category","value":"\#(food)"}"#,
          #"{"type":"set_transfer_account","value":"\#(savings)"}"#,
        ] { _ = try await sam.make("rules", rule("x", action)) }
        _ = try await server.database().query(
          "update account set archived = true where id = \(food)::bigint")
        _ = try await sam.inLedger(.patch, "accounts/\(savings)", #"{"closed_on":"2026-05-01"}"#)
        let made = try await sam.inLedger(
          .post, "transactions",
          #"{"account_id":"\#(account)","date":"2026-05-15","amount":"-9","memo":"x"}"#)
        #expect(made.status == 201, "\(made)")
        #expect(made["category_id"] == nil && made["transfer_account_id"] == nil)
      }
    }

    @Test func theOldRouteRecordsWhatItIsTold() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let savings = try await sam.makeAccount("Savings", type: "savings")
        _ = try await sam.make(
          "rules",
          """
          {"name":"x","trigger":"created",
           "conditions":[{"field":"amount","operator":"greater_than","value":"0"}],
           "actions":[{"type":"set_transfer_account","value":"\(savings)"}]}
          """)
        try await server.record("expense", "5", token: sam.token)
        try await expectEqual(
          server.analytics(token: sam.token), totals(net: "-5", expense: "5", income: "0"))
      }
    }

    @Test func anotherLedgersRuleIsNotThere() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let eve = try await V1Client(server, user: "eve")
        let id = try await sam.make("rules", rule("a", #"{"type":"add_tag","value":"t"}"#))
        for (method, path, body) in [
          (.get, "rules/\(id)", nil), (.patch, "rules/\(id)", "{}"), (.delete, "rules/\(id)", nil),
          (.post, "rules/\(id)/apply", nil),
        ] as [(HTTPRequest.Method, String, String?)] {
          try await expectEqual(eve.inLedger(method, path, body).status, 404, "\(method) \(path)")
        }
        try await expectEqual(eve.inLedger(.get, "rules").count(), 0)
        let account = try await sam.makeAccount("Checking")
        let foreign = try await eve.inLedger(
          .post, "rules", rule("a", #"{"type":"set_transfer_account","value":"\#(account)"}"#))
        #expect(Array(foreign.errors.keys) == ["/actions/0/value"])
      }
    }

    @Test func aLedgerHasABoundedNumberOfRules() async throws {
      try await FinanceServer.run { server in
        let sam = try await V1Client(server)
        let body = rule("a", #"{"type":"add_tag","value":"t"}"#)
        _ = try await sam.make("rules", body)
        _ = try await server.database().query(
          """
          insert into rule (ledger_id, name, event, match, conditions, actions, position, version)
          select ledger_id, name, event, match, conditions, actions, position, version
          from rule, generate_series(1, \(LedgerWriter.maximumRules - 1))
          """)
        let refused = try await sam.inLedger(.post, "rules", body)
        #expect(refused.status == 409)
        #expect(refused.problem == "too-many-rules")
      }
    }
  }
}
