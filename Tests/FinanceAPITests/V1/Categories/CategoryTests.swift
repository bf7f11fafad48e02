import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct CategoryTests {
    private func make(
      _ user: V1Client, _ name: String, kind: String = "expense", in parent: String? = nil
    ) async throws -> String {
      let parent = parent.map { ",\"parent_id\":\"\($0)\"" } ?? ""
      return try await user.make(
        "categories", "{\"name\":\"\(name)\",\"kind\":\"\(kind)\"\(parent)}")
    }

    private func spend(
      _ user: V1Client, _ amount: String, from account: String, on category: String
    ) async throws -> String {
      try await user.make(
        "transactions",
        #"""
        {"account_id":"\#(account)","date":"2026-05-02","amount":"\#(amount)",
         "category_id":"\#(category)"}
        """#)
    }

    @Test func categoriesHaveTwoLevels() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await make(user, "Food")
        let bread = try await make(user, "Bread", in: food)
        let list = try await user.inLedger(.get, "categories")
        #expect(list.each("name") == ["Food", "Bread"])
        #expect(list.each("parent_id") == [nil, food])
        #expect(list["next_cursor"] == nil)
        let third = try await user.inLedger(
          .post, "categories", #"{"name":"Rye","kind":"expense","parent_id":"\#(bread)"}"#)
        #expect(
          third.errors == ["/parent_id": "is in a group itself, and there are two levels"])
        let other = try await make(user, "Other")
        let moved = try await user.inLedger(
          .patch, "categories/\(food)", #"{"parent_id":"\#(other)"}"#)
        #expect(
          moved.errors == [
            "/parent_id":
              "must be null where a category has others in it, since there are two levels"
          ])
        let itself = try await user.inLedger(
          .patch, "categories/\(other)", #"{"parent_id":"\#(other)"}"#)
        #expect(itself.errors == ["/parent_id": "must be another category"])
        let out = try await user.inLedger(.patch, "categories/\(bread)", #"{"parent_id":null}"#)
        #expect(out.status == 200 && out["parent_id"] == nil, "\(out)")
      }
    }

    @Test func aCategoryIsOfItsParentsKind() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let salary = try await make(user, "Salary", kind: "income")
        let answer = try await user.inLedger(
          .post, "categories", #"{"name":"Bread","kind":"expense","parent_id":"\#(salary)"}"#)
        #expect(answer.errors == ["/parent_id": "must be of the same kind"])
        let account = try await user.makeAccount("Giro")
        let none = try await user.inLedger(
          .post, "categories",
          #"{"kind":"gift","parent_id":"\#(account)","archived":"no","colour":1}"#)
        #expect(none.errors.keys.sorted() == ["/archived", "/colour", "/kind", "/name"])
        let wrong = try await user.inLedger(
          .post, "categories", #"{"name":"x","kind":"income","parent_id":"\#(account)"}"#)
        #expect(wrong.errors == ["/parent_id": "is no category of this ledger"])
        let kind = try await user.inLedger(
          .patch, "categories/\(salary)", #"{"kind":"expense"}"#)
        #expect(kind.errors == ["/kind": "is not a known field"])
      }
    }

    @Test func siblingsHaveDifferentNamesWhateverTheirCase() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await make(user, "Food")
        _ = try await make(user, "Food", in: food)
        _ = try await make(user, "Food", kind: "income")
        let taken = try await user.inLedger(
          .post, "categories", #"{"name":"FOOD","kind":"expense"}"#)
        #expect(taken.errors == ["/name": "is the name of another category beside it"])
        let renamed = try await user.inLedger(
          .patch, "categories/\(food)", #"{"name":"FOOD"}"#)
        #expect(renamed["name"] == "FOOD", "\(renamed)")
      }
    }

    @Test func anArchivedCategoryTakesNothingNewAndKeepsWhatItHas() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let food = try await make(user, "Food")
        let bread = try await spend(user, "-3", from: giro, on: food)
        let refused = try await user.inLedger(.delete, "categories/\(food)")
        #expect(refused.status == 409)
        #expect(refused.problem == "category-in-use")
        let archived = try await user.inLedger(
          .patch, "categories/\(food)", #"{"archived":true}"#)
        #expect(archived["archived"] == "true")
        let late = try await user.inLedger(
          .post, "transactions",
          #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-1","category_id":"\#(food)"}"#)
        #expect(late.errors == ["/category_id": "is an archived category"])
        let kept = try await user.inLedger(.patch, "transactions/\(bread)", #"{"memo":"rye"}"#)
        #expect(kept["category_id"] == food, "\(kept)")
      }
    }

    @Test func aCategoryIsDeletedOnceNothingIsInIt() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await make(user, "Food")
        let bread = try await make(user, "Bread", in: food)
        try await expectEqual(
          user.inLedger(.delete, "categories/\(food)").problem, "category-in-use")
        let entry = try await spend(user, "-3", from: giro, on: bread)
        _ = try await user.inLedger(.delete, "transactions/\(entry)")
        // It may be restored.
        try await expectEqual(
          user.inLedger(.delete, "categories/\(bread)").problem, "category-in-use")
        _ = try await user.inLedger(.post, "transactions/\(entry)/restore")
        _ = try await user.inLedger(.patch, "transactions/\(entry)", #"{"category_id":null}"#)
        try await expectEqual(user.inLedger(.delete, "categories/\(bread)").status, 204)
        try await expectEqual(user.inLedger(.get, "categories/\(bread)").status, 404)
        try await expectEqual(user.inLedger(.delete, "categories/\(food)").status, 204)
      }
    }

    @Test func aMergeMovesTransactionsAndCategoriesAndLeavesSums() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100")
        let food = try await make(user, "Food")
        let meals = try await make(user, "Meals")
        let lunch = try await make(user, "Lunch", in: meals)
        let kept = try await spend(user, "-3", from: giro, on: meals)
        let split = try await user.make(
          "transactions",
          #"""
          {"account_id":"\#(giro)","date":"2026-04-02","amount":"-9","splits":[
           {"amount":"-4","category_id":"\#(meals)"},{"amount":"-5","category_id":"\#(food)"}]}
          """#)
        let refund = try await spend(user, "1", from: giro, on: meals)
        let deleted = try await spend(user, "-50", from: giro, on: meals)
        _ = try await user.inLedger(.delete, "transactions/\(deleted)")
        let tag = try await user.inLedger(.get, "transactions/\(kept)").headers[.eTag]
        let merged = try await user.inLedger(
          .post, "categories/\(meals)/merge", #"{"into":"\#(food)"}"#)
        #expect(merged.status == 200, "\(merged)")
        #expect(merged["id"] == food)
        try await expectEqual(user.inLedger(.get, "categories/\(meals)").status, 404)
        try await expectEqual(user.inLedger(.get, "categories/\(lunch)")["parent_id"], food)
        for id in [kept, refund] {
          try await expectEqual(user.inLedger(.get, "transactions/\(id)")["category_id"], food)
        }
        let parts = try await user.inLedger(.get, "transactions/\(split)")
        #expect(parts["splits.0.category_id"] == food)
        #expect(parts["splits.1.category_id"] == food)
        try await expectEqual(
          user.inLedger(.get, "transactions/\(kept)").headers[.eTag] == tag, false)
        let restored = try await user.inLedger(.post, "transactions/\(deleted)/restore")
        #expect(restored["category_id"] == food, "\(restored)")
        try await expectEqual(user.balance(of: giro), "39.00")
        let sums = try await server.database().query(
          """
          select sum(inflow), sum(outflow), count(distinct account_id) from account_month m
          join account a on a.id = m.account_id where a.kind = 'expense' and a.type is null
          """)
        #expect(try sums[0].decode(0, as: String.self) == "6200")
        #expect(try sums[0].decode(1, as: String.self) == "100")
        #expect(try sums[0].decode(2, as: Int64.self) == 1)
      }
    }

    @Test func whatWasAssignedMovesWithAMerge() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await make(user, "Food")
        let meals = try await make(user, "Meals")
        for (month, category, assigned) in [
          ("2026-04", meals, "10"), ("2026-05", meals, "20"), ("2026-05", food, "30"),
        ] {
          try await expectEqual(
            user.inLedger(
              .put, "budgets/\(month)/\(category)", #"{"assigned":"\#(assigned)"}"#
            ).status, 200)
        }
        _ = try await user.inLedger(.post, "categories/\(meals)/merge", #"{"into":"\#(food)"}"#)
        for (month, assigned) in [("2026-04", "10.00"), ("2026-05", "50.00")] {
          let budget = try await user.inLedger(.get, "budgets/\(month)")
          #expect(budget["assigned"] == assigned, "\(budget)")
        }
      }
    }

    @Test func aMergeThatDoesNotFitChangesNothing() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await make(user, "Food")
        let bread = try await make(user, "Bread", in: food)
        let meals = try await make(user, "Meals")
        _ = try await make(user, "BREAD", in: meals)
        let salary = try await make(user, "Salary", kind: "income")
        for (into, message) in [
          (food, "must be another category"), ("999", "is no category of this ledger"),
          (salary, "must be of the same kind"),
          (bread, "is in a group itself, and cannot take those in the category"),
        ] {
          let answer = try await user.inLedger(
            .post, "categories/\(food)/merge", #"{"into":"\#(into)"}"#)
          #expect(answer.errors == ["/into": message], "\(answer)")
        }
        let both = try await user.inLedger(
          .post, "categories/\(meals)/merge", #"{"into":"\#(food)"}"#)
        #expect(both.status == 409)
        #expect(both.problem == "category-name-taken")
        try await expectEqual(user.inLedger(.get, "categories").count(), 5)
      }
    }

    @Test func aStrangersCategoryIsNone() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        let food = try await make(user, "Food")
        for answer in [
          try await other.inLedger(.get, "categories/\(food)"),
          try await other.inLedger(.patch, "categories/\(food)", #"{"name":"x"}"#),
          try await other.inLedger(.delete, "categories/\(food)"),
          try await other.inLedger(.post, "categories/\(food)/merge", #"{"into":"\#(food)"}"#),
          try await user.inLedger(.get, "categories", token: other.token),
        ] {
          #expect(answer.status == 404, "\(answer)")
        }
      }
    }
  }
}
