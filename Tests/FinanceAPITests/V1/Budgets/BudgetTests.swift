import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct BudgetTests {
    private func line(
      _ budget: V1Client.Answer, _ category: String, _ member: String
    ) -> String? {
      let index = (0..<budget.count("categories")).first {
        budget["categories.\($0).category_id"] == category
      }
      return index.flatMap { budget["categories.\($0).\(member)"] }
    }

    @Test func aBudgetShowsIncomeWhatIsAssignedAndWhatIsLeft() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        let fruit = try await user.addCategory("Fruit", in: food)
        try await user.record("2000", in: giro, on: "2026-05-01")
        try await user.record("-30", in: giro, on: "2026-05-31", #""category_id":"\#(fruit)""#)
        try await user.record("-4", in: giro, on: "2026-05-31")
        let set = try await user.inLedger(
          .put, "budgets/2026-05/\(food)", #"{"assigned":"100.5","rollover":"all"}"#)
        #expect(set.status == 200, "\(set)")
        #expect(
          set.text == """
            {"category_id":"\(food)","name":"Food","parent_id":null,"assigned":"100.50",\
            "spent":"30.00","carried":"0.00","left":"70.50","direct_assigned":"100.50",\
            "direct_spent":"0.00","rollover":"all"}
            """)
        let may = try await user.inLedger(.get, "budgets/2026-05")
        #expect(may["income"] == "2000.00" && may["assigned"] == "100.50", "\(may)")
        #expect(may["left_to_assign"] == "1899.50")
        #expect(may["uncategorized_spent"] == "4.00")
        #expect(line(may, fruit, "spent") == "30.00")
        #expect(line(may, fruit, "left") == "-30.00")
        let june = try await user.inLedger(.get, "budgets/2026-06")
        #expect(line(june, food, "carried") == "70.50")
        #expect(line(june, fruit, "carried") == "0.00")
        #expect(june["income"] == "0.00" && june["assigned"] == "0.00")
        let report = try await user.inLedger(
          .get, "reports/budget?start_date=2026-05-01&end_date=2026-06-15")
        #expect(report["categories.0.assigned"] == "100.50", "\(report)")
        #expect(report["categories.0.spent"] == "30.00")
        #expect(report["categories.0.left"] == "70.50")
      }
    }

    @Test func aGroupHasItsChildrensFiguresAndItsOwn() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        let fruit = try await user.addCategory("Fruit", in: food)
        let bread = try await user.addCategory("Bread", in: food)
        for (category, amount) in [(food, "-1"), (fruit, "-49.50"), (bread, "-4")] {
          try await user.record(
            amount, in: giro, on: "2026-05-10", #""category_id":"\#(category)""#)
        }
        for (category, assigned) in [(food, "10"), (fruit, "30")] {
          _ = try await user.inLedger(
            .put, "budgets/2026-05/\(category)", #"{"assigned":"\#(assigned)","rollover":"all"}"#)
        }
        let may = try await user.inLedger(.get, "budgets/2026-05")
        for (category, figures) in [
          (food, ["40.00", "54.50", "0.00", "-14.50", "10.00", "1.00"]),
          (fruit, ["30.00", "49.50", "0.00", "-19.50", "30.00", "49.50"]),
          (bread, ["0.00", "4.00", "0.00", "-4.00", "0.00", "4.00"]),
        ] {
          let names = ["assigned", "spent", "carried", "left", "direct_assigned", "direct_spent"]
          for (name, figure) in zip(names, figures) {
            #expect(line(may, category, name) == figure, "\(name): \(may)")
          }
        }
        #expect(may["assigned"] == "40.00" && may["left_to_assign"] == "-40.00", "\(may)")
        // Nobody plans bread, so the group has paid for it.
        let june = try await user.inLedger(.get, "budgets/2026-06")
        #expect(line(june, food, "carried") == "-14.50", "\(june)")
        #expect(line(june, fruit, "carried") == "-19.50")
        #expect(line(june, bread, "carried") == "0.00")
        let report = try await user.inLedger(.get, "reports/budget?month=2026-05")
        #expect(line(report, food, "assigned") == "40.00", "\(report)")
        #expect(line(report, food, "left") == "-14.50")
        #expect(line(report, food, "direct_spent") == "1.00")
      }
    }

    @Test func aBudgetIsChangedFromTheStateThatWasSeen() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        let path = "budgets/2026-05/\(food)"
        let seen = try await user.inLedger(.get, path)
        let tag = try #require(seen.headers[.eTag])
        #expect(seen["left"] == "0.00", "\(seen)")
        let set = try await user.inLedger(
          .put, path, #"{"assigned":"10"}"#, headers: [.ifMatch: tag])
        #expect(set.status == 200 && set.headers[.eTag] != tag, "\(set)")
        let late = try await user.inLedger(
          .put, path, #"{"assigned":"20"}"#, headers: [.ifMatch: tag])
        #expect(late.status == 412, "\(late)")
        let again = try await user.inLedger(.get, path)
        #expect(again.text == set.text && again.headers[.eTag] == set.headers[.eTag])
        // The month is another one once something is spent.
        let month = try await user.inLedger(.get, "budgets/2026-05")
        let known = try #require(month.headers[.eTag])
        try await expectEqual(
          user.inLedger(.get, "budgets/2026-05", headers: [.ifNoneMatch: known]).status, 304)
        try await user.record("-1", in: giro, on: "2026-05-10", #""category_id":"\#(food)""#)
        try await expectEqual(
          user.inLedger(.get, "budgets/2026-05", headers: [.ifNoneMatch: known]).status, 200)
      }
    }

    /// Behaviour 23.
    @Test(arguments: [("all", "-19500.00"), ("surplus", "0.00"), ("none", "0.00")])
    func overspendingGoesOnWithAllOnly(rollover: String, carried: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        try await user.record(
          "-49500", in: giro, on: "2026-05-10", #""category_id":"\#(food)""#)
        try await expectEqual(
          user.inLedger(
            .put, "budgets/2026-05/\(food)", #"{"assigned":"30000","rollover":"\#(rollover)"}"#
          )["left"], "-19500.00")
        let june = try await user.inLedger(.get, "budgets/2026-06")
        #expect(line(june, food, "carried") == carried)
        // Another policy from June on leaves what May carried on as it was.
        for other in ["all", "surplus", "none"] {
          let changed = try await user.inLedger(
            .put, "budgets/2026-06/\(food)", #"{"assigned":"0","rollover":"\#(other)"}"#)
          #expect(changed["carried"] == carried && changed["rollover"] == other, "\(changed)")
          let may = try await user.inLedger(.get, "budgets/2026-05")
          #expect(line(may, food, "rollover") == rollover)
        }
      }
    }

    @Test func aPolicyStaysUntilAnotherIsGiven() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await user.addCategory("Food")
        for (month, body, rollover, carried) in [
          ("2026-01", #"{"assigned":"10","rollover":"all"}"#, "all", "0.00"),
          ("2026-01", #"{"assigned":"20"}"#, "all", "0.00"),
          ("2026-03", #"{"assigned":"5"}"#, "all", "20.00"),
          ("2026-04", #"{"assigned":"-5","rollover":"none"}"#, "none", "25.00"),
          ("2026-05", #"{"assigned":"1"}"#, "none", "0.00"),
        ] {
          let answer = try await user.inLedger(.put, "budgets/\(month)/\(food)", body)
          #expect(answer["rollover"] == rollover && answer["carried"] == carried, "\(answer)")
        }
      }
    }

    @Test func aViewerReadsBudgetsAndDoesNotWriteThem() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let viewer = try await V1Client(server, user: "kim")
        try await user.share(with: viewer)
        let food = try await user.addCategory("Food")
        let path = "ledgers/\(user.ledger)/budgets/2026-05"
        try await expectEqual(viewer.send(.get, path).status, 200)
        try await expectEqual(
          viewer.send(.put, "\(path)/\(food)", #"{"assigned":"1"}"#).problem, "read-only")
        try await expectEqual(
          viewer.send(.post, "\(path)/copy", #"{"from":"2026-04"}"#).problem, "read-only")
      }
    }

    @Test func whatIsNoBudgetIsRefused() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await user.addCategory("Food")
        let salary = try await user.addCategory("Salary", kind: "income")
        let giro = try await user.makeAccount("Giro")
        for (body, pointer) in [
          ("{}", "/assigned"), (#"{"assigned":"1.234"}"#, "/assigned"),
          (#"{"assigned":1}"#, "/assigned"), (#"{"assigned":"1","rollover":"some"}"#, "/rollover"),
          (#"{"assigned":"1","rollover":null}"#, "/rollover"), (#"{"assigned":"1","x":1}"#, "/x"),
        ] {
          let answer = try await user.inLedger(.put, "budgets/2026-05/\(food)", body)
          #expect(answer.status == 400 && answer.errors[pointer] != nil, "\(body): \(answer)")
        }
        let income = try await user.inLedger(
          .put, "budgets/2026-05/\(salary)", #"{"assigned":"1"}"#)
        #expect(income.status == 409 && income.problem == "income-category", "\(income)")
        for id in [giro, "999", "x"] {
          try await expectEqual(
            user.inLedger(.put, "budgets/2026-05/\(id)", #"{"assigned":"1"}"#).status, 404)
        }
        let month = try await user.inLedger(
          .put, "budgets/2026-00/\(food)", #"{"assigned":"1"}"#)
        #expect(month.status == 400 && month.errors["month"] != nil)
        for path in ["budgets/2026-13", "budgets/May", "budgets/9999-12"] {
          try await expectEqual(user.inLedger(.get, path).status, 404)
        }
        try await expectEqual(user.inLedger(.get, "budgets/2026-05?x=1").status, 400)
      }
    }

    @Test func aMonthIsCopiedOnceForOneKey() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let food = try await user.addCategory("Food")
        let home = try await user.addCategory("Home")
        for (month, category, assigned) in [
          ("2026-04", food, "10"), ("2026-05", food, "1"), ("2026-05", home, "7"),
        ] {
          _ = try await user.inLedger(
            .put, "budgets/\(month)/\(category)", #"{"assigned":"\#(assigned)"}"#)
        }
        let copied = try await user.inLedger(
          .post, "budgets/2026-05/copy", #"{"from":"2026-04"}"#,
          headers: [.idempotencyKey: "copy"])
        #expect(copied.status == 200 && copied["assigned"] == "17.00", "\(copied)")
        #expect(line(copied, food, "assigned") == "10.00")
        #expect(line(copied, home, "assigned") == "7.00")
        let again = try await user.inLedger(
          .post, "budgets/2026-05/copy", #"{"from":"2026-04"}"#,
          headers: [.idempotencyKey: "copy"])
        #expect(again.text == copied.text && again.headers[.idempotentReplayed] == "true")
        for (body, pointer) in [
          (#"{"from":"2026-05"}"#, "/from"), (#"{"from":"2026"}"#, "/from"), ("{}", "/from"),
          (#"{"from":"1800-01"}"#, "/from"),
        ] {
          let answer = try await user.inLedger(.post, "budgets/2026-05/copy", body)
          #expect(answer.status == 400 && answer.errors[pointer] != nil, "\(body): \(answer)")
        }
      }
    }

    @Test func spendingInAnotherCurrencyIsConvertedByTheMonthsRateOrListedApart() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let dollar = try await user.makeAccount("Dollar", currency: "USD")
        let food = try await user.addCategory("Food")
        let category = #""category_id":"\#(food)""#
        try await user.record("-10", in: dollar, on: "2026-04-10", category)
        try await user.record("-20", in: dollar, on: "2026-05-10", category)
        try await expectEqual(
          user.inLedger(.put, "rates/USD/EUR/2026-05-31", #"{"rate":"0.5"}"#).status, 201)
        _ = try await user.inLedger(
          .put, "budgets/2026-04/\(food)", #"{"assigned":"100","rollover":"all"}"#)
        let may = try await user.inLedger(.get, "budgets/2026-05")
        #expect(line(may, food, "spent") == "10.00", "\(may)")
        #expect(line(may, food, "carried") == "100.00")
        #expect(may.count("unconverted") == 1)
        #expect(may["unconverted.0.currency"] == "USD")
        #expect(may["unconverted.0.month"] == "2026-04")
        #expect(may["unconverted.0.category_id"] == food)
        #expect(may["unconverted.0.spent"] == "10.00")
        #expect(may["rates.0.month"] == "2026-05")
        #expect(may["rates.0.rate.rate"] == "0.5" && may["rates.0.rate.date"] == "2026-05-31")
      }
    }
  }
}
