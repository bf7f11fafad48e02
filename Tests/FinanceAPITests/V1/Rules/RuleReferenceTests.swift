import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// Rules and recurrences go on with what has become of what they name.
  struct RuleReferenceTests {
    private func addRule(
      _ user: V1Client, _ conditions: String, _ actions: String, match: String = "all"
    ) async throws -> String {
      try await user.make(
        "rules",
        """
        {"name":"r","trigger":"created","match":"\(match)","conditions":[\(conditions)],
         "actions":[\(actions)]}
        """)
    }

    private func addRecurrence(
      _ user: V1Client, _ template: String
    ) async throws -> String {
      try await user.make(
        "recurrences",
        #"{"template":{\#(template)},"unit":"month","anchor_date":"2026-05-20"}"#)
    }

    private func category(_ user: V1Client, _ name: String) async throws -> String {
      try await user.make("categories", #"{"name":"\#(name)","kind":"expense"}"#)
    }

    private static let any = #"{"field":"amount","operator":"greater_than","value":"0"}"#

    @Test func aMergedCategoryIsTheOtherOneInRulesAndRecurrences() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let (food, meals) = try await (category(user, "Food"), category(user, "Meals"))
        let rule = try await addRule(
          user, #"{"field":"category_id","operator":"is","value":"\#(food)"}"#,
          #"{"type":"set_category","value":"\#(food)"},{"type":"add_tag","value":"a"}"#)
        let other = try await addRule(user, Self.any, #"{"type":"add_tag","value":"b"}"#)
        let plan = try await addRecurrence(
          user,
          #"""
          "account_id":"\#(giro)","amount":"-3",
          "splits":[{"amount":"-1","category_id":"\#(food)"},{"amount":"-2"}]
          """#)
        let before = try await user.inLedger(.get, "rules/\(other)")
        try await expectEqual(
          user.inLedger(.post, "categories/\(food)/merge", #"{"into":"\#(meals)"}"#).status, 200)
        let after = try await user.inLedger(.get, "rules/\(rule)")
        #expect(after["conditions.0.value"] == meals)
        #expect(after["actions.0.value"] == meals)
        #expect(after["actions.1.value"] == "a")
        let recurrence = try await user.inLedger(.get, "recurrences/\(plan)")
        #expect(recurrence["template.splits.0.category_id"] == meals)
        let untouched = try await user.inLedger(.get, "rules/\(other)")
        #expect(untouched.headers[.eTag] == before.headers[.eTag])
      }
    }

    @Test func aDeletedCategoryIsNamedByNothing() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await category(user, "Food")
        let set = #"{"type":"set_category","value":"\#(food)"}"#
        let tag = #"{"type":"add_tag","value":"a"}"#
        let isFood = #"{"field":"category_id","operator":"is","value":"\#(food)"}"#
        let isNotFood = isFood.replacing("\"is\"", with: "\"is_not\"")
        let partly = try await addRule(user, Self.any, "\(set),\(tag)")
        let idle = try await addRule(user, Self.any, set)
        let never = try await addRule(user, "\(Self.any),\(isFood)", tag)
        let either = try await addRule(user, "\(Self.any),\(isFood)", tag, match: "any")
        let always = try await addRule(user, "\(Self.any),\(isNotFood)", tag)
        let everything = try await addRule(user, "\(Self.any),\(isNotFood)", tag, match: "any")
        let plan = try await addRecurrence(
          user, #""account_id":"\#(giro)","amount":"-3","category_id":"\#(food)""#)
        try await expectEqual(user.inLedger(.delete, "categories/\(food)").status, 204)
        for id in [partly, either, always, everything] {
          let rule = try await user.inLedger(.get, "rules/\(id)")
          #expect(rule.count("conditions") == 1)
          #expect(rule["conditions.0.field"] == "amount")
          #expect(rule.count("actions") == 1)
          #expect(rule["actions.0.type"] == "add_tag")
          // It would be applied to all transactions from now on.
          #expect(rule["active"] == (id == everything ? "false" : "true"))
        }
        for id in [idle, never] {
          try await expectEqual(user.inLedger(.get, "rules/\(id)").status, 404)
        }
        let recurrence = try await user.inLedger(.get, "recurrences/\(plan)")
        #expect(recurrence["template.category_id"] == nil)
        try await expectEqual(
          user.inLedger(.post, "recurrences/\(plan)/occurrences/2026-05-20/record").status, 201)
      }
    }

    @Test func anAccountThatRecursStaysAndOneInARuleDoesNot() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let old = try await user.makeAccount("Old")
        let rule = try await addRule(
          user, Self.any, #"{"type":"set_transfer_account","value":"\#(old)"}"#)
        let plan = try await addRecurrence(
          user, #""account_id":"\#(giro)","amount":"-3","transfer_account_id":"\#(old)""#)
        let refused = try await user.inLedger(.delete, "accounts/\(old)")
        #expect(refused.problem == "account-in-use")
        try await expectEqual(user.inLedger(.get, "rules/\(rule)").status, 200)
        _ = try await user.inLedger(.delete, "recurrences/\(plan)")
        try await expectEqual(user.inLedger(.delete, "accounts/\(old)").status, 204)
        try await expectEqual(user.inLedger(.get, "rules/\(rule)").status, 404)
      }
    }

    /// A file that was to go to it is not in the way.
    @Test func anAccountWithAPreviewOnlyCanBeDeleted() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let old = try await user.makeAccount("Old")
        let id = try await user.preview("Date,Amount\n2026-05-01,-3.00\n", to: old)
        try await expectEqual(user.inLedger(.delete, "accounts/\(old)").status, 204)
        try await expectEqual(user.inLedger(.post, "imports/\(id)/publish").status, 400)
      }
    }

    @Test(arguments: ["payees", "tags"])
    func whatIsRenamedMergedOrDeletedDoesNotComeBackByARule(list: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        for name in ["Old", "New"] {
          try await user.record(
            "-1", in: giro, on: "2026-05-01", #""payee":"\#(name)","tags":["\#(name)"]"#)
        }
        func id(_ name: String) async throws -> String {
          let answer = try await user.inLedger(.get, list)
          let index = try #require(answer.each("name").firstIndex(of: name))
          return try #require(answer["data.\(index).id"])
        }
        let action = list == "tags" ? "add_tag" : "set_payee"
        let rule = try await addRule(
          user, #"{"field":"payee","operator":"is","value":"old"}"#,
          #"{"type":"\#(action)","value":"old"},{"type":"set_memo","value":"m"}"#)
        let plan = try await addRecurrence(
          user, #""account_id":"\#(giro)","amount":"-3","payee":"OLD","tags":["OLD"]"#)
        let member = list == "tags" ? "template.tags.0" : "template.payee"

        _ = try await user.inLedger(.patch, "\(list)/\(id("Old"))", #"{"name":"Older"}"#)
        try await expectEqual(user.inLedger(.get, "rules/\(rule)")["actions.0.value"], "Older")
        try await expectEqual(user.inLedger(.get, "recurrences/\(plan)")[member], "Older")
        _ = try await user.inLedger(
          .post, "\(list)/\(id("Older"))/merge", #"{"into":"\#(id("New"))"}"#)
        try await expectEqual(user.inLedger(.get, "rules/\(rule)")["actions.0.value"], "New")
        try await expectEqual(user.inLedger(.get, "recurrences/\(plan)")[member], "New")
        // What a bank calls it stays what a bank calls it.
        try await expectEqual(user.inLedger(.get, "rules/\(rule)")["conditions.0.value"], "old")
        if list == "payees" {
          for transaction in try await user.inLedger(.get, "transactions").each("id") {
            _ = try await user.inLedger(
              .patch, "transactions/\(transaction ?? "")", #"{"payee":null}"#)
          }
        }
        try await expectEqual(user.inLedger(.delete, "\(list)/\(id("New"))").status, 204)
        try await expectEqual(
          user.inLedger(.get, "rules/\(rule)")["actions.0.type"], "set_memo")
        try await expectEqual(user.inLedger(.get, "recurrences/\(plan)")[member], nil)
      }
    }
  }
}
