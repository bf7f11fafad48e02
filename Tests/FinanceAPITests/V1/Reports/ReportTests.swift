import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct ReportTests {
    @Test func aSummaryHasPositiveFiguresAndARefundMakesAnExpenseSmaller() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "1000", on: "2026-05-01")
        let savings = try await user.makeAccount("Savings", type: "savings")
        let food = try await user.addCategory("Food")
        try await user.record("-30.50", in: giro, on: "2026-05-02", #""category_id":"\#(food)""#)
        try await user.record("10", in: giro, on: "2026-05-03", #""category_id":"\#(food)""#)
        try await user.record("2000", in: giro, on: "2026-05-31")
        try await user.record(
          "-500", in: giro, on: "2026-05-04", #""transfer_account_id":"\#(savings)""#)
        // The months around.
        try await user.record("-1", in: giro, on: "2026-04-30")
        try await user.record("-2", in: giro, on: "2026-06-01")
        let report = try await user.inLedger(.get, "reports/summary?month=2026-05")
        #expect(
          report.text == """
            {"start_date":"2026-05-01","end_date":"2026-05-31","currency":"EUR",\
            "income":"2000.00","expense":"20.50","net":"1979.50",\
            "by_currency":[{"currency":"EUR","income":"2000.00","expense":"20.50","net":"1979.50",\
            "converted":{"income":"2000.00","expense":"20.50","net":"1979.50"},"rate":null}],\
            "rates":[],"unconverted":[]}
            """, "\(report)")
        let days = try await user.inLedger(
          .get, "reports/summary?start_date=2026-05-01&end_date=2026-05-31")
        #expect(days.text == report.text)
      }
    }

    @Test func aPeriodIsGivenInExactlyOneWay() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        for (query, parameters) in [
          ("", ["start_date", "end_date"]), ("start_date=2026-05-01", ["end_date"]),
          ("month=2026-05&end_date=2026-05-02", ["end_date"]), ("month=2026-13", ["month"]),
          ("month=1899-12", ["month"]), ("start_date=2026-05-02&end_date=2026-05-01", ["end_date"]),
          ("start_date=2026-02-29&end_date=2026-05-01", ["start_date"]),
          ("month=2026-05&currency=EUR", ["currency"]),
          ("month=2026-05&account_id=x", ["account_id"]),
        ] as [(String, Set<String>)] {
          for report in [
            "summary", "by-category", "by-payee", "by-tag", "by-account", "budget",
            "cash-flow?interval=day", "net-worth?interval=week",
          ] {
            let separator = report.contains("?") ? "&" : "?"
            let answer = try await user.inLedger(.get, "reports/\(report)\(separator)\(query)")
            #expect(answer.status == 400, "\(report) \(query)")
            #expect(Set(answer.errors.keys) == parameters, "\(report) \(query): \(answer)")
          }
        }
        for query in ["month=2026-05", "month=2026-05&interval=year"] {
          let answer = try await user.inLedger(.get, "reports/cash-flow?\(query)")
          #expect(answer.status == 400 && answer.errors["interval"] != nil)
        }
        let long = try await user.inLedger(
          .get, "reports/net-worth?interval=day&start_date=1900-01-01&end_date=2026-01-01")
        #expect(long.status == 400 && long.errors["interval"] != nil)
      }
    }

    @Test func anotherCurrencyIsConvertedByANamedRateOrListedApart() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let yen = try await user.makeAccount("Yen", currency: "JPY")
        let dinar = try await user.makeAccount("Dinar", currency: "KWD")
        try await user.record("-1000", in: yen, on: "2026-05-10")
        try await user.record("1.500", in: dinar, on: "2026-05-10")
        for (name, rate) in [
          ("EUR/JPY/2026-05-20", "160"), ("JPY/EUR/2026-05-19", "0.5"),
          // After the period.
          ("JPY/EUR/2026-06-01", "0.7"), ("KWD/EUR/2026-06-01", "3"),
          // Of other currencies.
          ("KWD/JPY/2026-05-01", "500"),
        ] {
          try await expectEqual(
            user.inLedger(.put, "rates/\(name)", #"{"rate":"\#(rate)"}"#).status, 201)
        }
        let report = try await user.inLedger(.get, "reports/summary?month=2026-05")
        #expect(report["expense"] == "6.25", "\(report)")
        #expect(report["income"] == "0.00" && report["net"] == "-6.25")
        #expect(report["by_currency.0.currency"] == "JPY")
        #expect(report["by_currency.0.expense"] == "1000")
        #expect(report["by_currency.0.converted.expense"] == "6.25")
        for (member, value) in [
          ("from", "EUR"), ("to", "JPY"), ("rate", nil), ("date", "2026-05-20"),
        ] {
          #expect(value == nil || report["by_currency.0.rate.\(member)"] == value)
        }
        #expect(report["by_currency.0.rate.rate"] == "160")
        #expect(report.count("unconverted") == 1)
        #expect(report["unconverted.0.currency"] == "KWD")
        #expect(report["unconverted.0.income"] == "1.500")
        #expect(report["by_currency.1.converted.income"] == nil)
        // May stays as it was, whatever a rate of June says.
        let june = try await user.inLedger(
          .get, "reports/summary?start_date=2026-05-01&end_date=2026-06-01")
        #expect(june["income"] == "0.00" && june["expense"] == "6.25", "\(june)")
        #expect(june.count("unconverted") == 1 && june["unconverted.0.currency"] == "KWD")
      }
    }

    /// Behaviour 21: a household that adds its months up gets what the report of the year says.
    @Test func convertedSumsOfSeveralMonthsAreTheSumsOfTheMonths() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let dollar = try await user.makeAccount("Dollar", currency: "USD")
        let food = try await user.addCategory("Food")
        for date in ["2026-02-10", "2026-03-10", "2026-04-10"] {
          try await user.record("-10", in: dollar, on: date, #""category_id":"\#(food)""#)
        }
        for (date, rate) in [("2026-03-01", "1"), ("2026-04-01", "2")] {
          try await expectEqual(
            user.inLedger(.put, "rates/USD/EUR/\(date)", #"{"rate":"\#(rate)"}"#).status, 201)
        }
        let period = "start_date=2026-02-01&end_date=2026-04-30"
        for (query, expense) in [
          ("month=2026-02", "0.00"), ("month=2026-03", "10.00"), ("month=2026-04", "20.00"),
          (period, "30.00"), ("start_date=2026-03-05&end_date=2026-04-12", "30.00"),
        ] {
          for (report, member) in [
            ("summary", "expense"), ("by-payee", "expense"), ("by-tag", "expense"),
            ("by-category", "expense"), ("by-category", "categories.0.amount"),
            ("by-payee", "payees.0.expense"), ("budget", "categories.0.spent"),
          ] {
            let answer = try await user.inLedger(.get, "reports/\(report)?\(query)")
            #expect(answer[member] == expense, "\(report) \(query): \(answer)")
          }
        }
        let whole = try await user.inLedger(.get, "reports/summary?\(period)")
        #expect(whole.count("rates") == 2 && whole["by_currency.0.rate.rate"] == nil, "\(whole)")
        #expect(whole["rates.0.month"] == "2026-03" && whole["rates.0.rate.rate"] == "1")
        #expect(whole["rates.1.month"] == "2026-04" && whole["rates.1.rate.rate"] == "2")
        #expect(whole["by_currency.0.converted.expense"] == "30.00")
        #expect(whole["unconverted.0.expense"] == "10.00")
        // A week may have two months.
        let weeks = try await user.inLedger(.get, "reports/cash-flow?interval=week&\(period)")
        #expect(weeks.count("rates") == 2)
        let worth = try await user.inLedger(.get, "reports/net-worth?interval=month&\(period)")
        #expect(worth["intervals.2.net"] == "-60.00", "\(worth)")
      }
    }

    @Test func aGroupHasItsChildrenAndWhatHasNoCategoryIsApart() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let food = try await user.addCategory("Food")
        let fruit = try await user.addCategory("Fruit", in: food)
        let salary = try await user.addCategory("Salary", kind: "income")
        _ = try await user.addCategory("Unused")
        try await user.record("-10", in: giro, on: "2026-05-02", #""category_id":"\#(food)""#)
        try await user.record(
          "-9", in: giro, on: "2026-05-02",
          #""splits":[{"amount":"-4","category_id":"\#(fruit)"},{"amount":"-5"}]"#)
        try await user.record("100", in: giro, on: "2026-05-02", #""category_id":"\#(salary)""#)
        let report = try await user.inLedger(.get, "reports/by-category?month=2026-05")
        #expect(report["income"] == "100.00" && report["expense"] == "19.00", "\(report)")
        #expect(report.count("categories") == 2)
        #expect(report["categories.0.name"] == "Salary")
        #expect(report["categories.0.amount"] == "100.00")
        #expect(report["categories.1.category_id"] == food)
        #expect(report["categories.1.amount"] == "14.00")
        #expect(report["categories.1.direct_amount"] == "10.00")
        #expect(report["categories.1.children.0.name"] == "Fruit")
        #expect(report["categories.1.children.0.amount"] == "4.00")
        #expect(report["uncategorized.expense.amount"] == "5.00")
        #expect(report["uncategorized.income.amount"] == "0.00")
        for (filter, expense) in [
          ("category_id=\(food)", "14.00"), ("category_id=\(fruit)", "4.00"),
          ("category_id=none", "5.00"), ("category_id=999", "0.00"),
        ] {
          let summary = try await user.inLedger(.get, "reports/summary?month=2026-05&\(filter)")
          #expect(summary["expense"] == expense, "\(filter)")
        }
      }
    }

    @Test func eachTagShowsATransactionWholeAndTheReportSaysSo() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        try await user.record("-10", in: giro, on: "2026-05-02", #""tags":["trip","gift"]"#)
        try await user.record("-3", in: giro, on: "2026-05-02")
        let report = try await user.inLedger(.get, "reports/by-tag?month=2026-05")
        #expect(report["overlapping"] == "true")
        #expect(report["expense"] == "13.00", "\(report)")
        #expect(Set([report["tags.0.name"], report["tags.1.name"]]) == ["trip", "gift"])
        #expect(report["tags.0.expense"] == "10.00" && report["tags.1.expense"] == "10.00")
        #expect(report["untagged.expense"] == "3.00")
        let filtered = try await user.inLedger(.get, "reports/by-tag?month=2026-05&tag=TRIP")
        #expect(filtered["expense"] == "10.00" && filtered.count("tags") == 2)
        let unknown = try await user.inLedger(.get, "reports/summary?month=2026-05&tag=absent")
        #expect(unknown["expense"] == "0.00")
      }
    }

    @Test func payeesBeyondTheLimitAreAddedUp() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        for (payee, amount) in [("A", "-1"), ("B", "-20"), ("C", "-3"), ("C", "1")] {
          try await user.record(amount, in: giro, on: "2026-05-02", #""payee":"\#(payee)""#)
        }
        try await user.record("-7", in: giro, on: "2026-05-02")
        let all = try await user.inLedger(.get, "reports/by-payee?month=2026-05")
        #expect(all.count("payees") == 4)
        #expect(all["payees.0.name"] == "B" && all["payees.1.payee_id"] == nil, "\(all)")
        #expect(all["payees.2.name"] == "C" && all["payees.2.net"] == "-2.00")
        #expect(all["others.count"] == nil)
        let two = try await user.inLedger(.get, "reports/by-payee?month=2026-05&limit=2")
        #expect(two.count("payees") == 2 && two["expense"] == "31.00", "\(two)")
        #expect(two["others.count"] == "2")
        #expect(two["others.expense"] == "4.00" && two["others.income"] == "1.00")
      }
    }

    @Test func anAccountsOpeningInOutAndClosingAddUp() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100", on: "2026-04-01")
        let card = try await user.makeAccount(
          "Card", type: "credit_card", opening: "-50", on: "2026-05-10")
        try await user.record("-10", in: giro, on: "2026-04-30")
        try await user.record(
          "-20", in: giro, on: "2026-05-01", #""transfer_account_id":"\#(card)""#)
        try await user.record("5", in: giro, on: "2026-05-31")
        try await user.record("7", in: giro, on: "2026-06-01")
        let report = try await user.inLedger(.get, "reports/by-account?month=2026-05")
        #expect(
          ["opening", "in", "out", "closing"].map { report["accounts.0.\($0)"] }
            == ["90.00", "5.00", "20.00", "75.00"], "\(report)")
        // What was there when the account was opened did not come in.
        #expect(
          ["opening", "in", "out", "closing"].map { report["accounts.1.\($0)"] }
            == ["-50.00", "20.00", "0.00", "-30.00"])
        let one = try await user.inLedger(
          .get, "reports/by-account?month=2026-05&account_id=\(card)")
        #expect(one.count("accounts") == 1)
        try await expectEqual(
          user.inLedger(.get, "reports/by-account?month=2026-05&account_id=999").count("accounts"),
          0)
      }
    }

    @Test func cashFlowAndNetWorthAreToldForEachInterval() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro", opening: "100", on: "2026-04-01")
        let card = try await user.makeAccount("Card", type: "credit_card")
        // 2026-05-04 is a Monday.
        try await user.record("-10", in: giro, on: "2026-05-03")
        try await user.record("-20", in: card, on: "2026-05-04")
        try await user.record("30", in: giro, on: "2026-05-10")
        let query = "start_date=2026-05-01&end_date=2026-05-12&interval=week"
        let flow = try await user.inLedger(.get, "reports/cash-flow?\(query)")
        #expect(flow["interval"] == "week" && flow.count("intervals") == 3, "\(flow)")
        #expect(flow["intervals.0.end_date"] == "2026-05-03")
        #expect(
          (0..<3).map { flow["intervals.\($0).expense"] } == ["10.00", "20.00", "0.00"])
        #expect((0..<3).map { flow["intervals.\($0).income"] } == ["0.00", "30.00", "0.00"])
        let worth = try await user.inLedger(.get, "reports/net-worth?\(query)")
        #expect(
          (0..<3).map { worth["intervals.\($0).assets"] } == ["90.00", "120.00", "120.00"],
          "\(worth)")
        #expect(
          (0..<3).map { worth["intervals.\($0).liabilities"] } == ["0.00", "20.00", "20.00"])
        #expect((0..<3).map { worth["intervals.\($0).net"] } == ["90.00", "100.00", "100.00"])
      }
    }

    @Test func aBalanceThroughTimeIsTheAccountsOwn() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let yen = try await user.makeAccount(
          "Yen", currency: "JPY", opening: "1000", on: "2024-02-28")
        try await user.record("-100", in: yen, on: "2024-02-29")
        try await user.record("50", in: yen, on: "2024-03-01")
        let chart = try await user.inLedger(
          .get,
          "accounts/\(yen)/balances?start_date=2024-02-27&end_date=2024-03-01&interval=day")
        #expect(
          (0..<4).map { chart["balances.\($0).balance"] } == ["0", "1000", "900", "950"], "\(chart)"
        )
        for index in 0..<4 {
          let date = try #require(chart["balances.\(index).end_date"])
          let balance = try await user.balance(of: yen, at: date)
          #expect(chart["balances.\(index).balance"] == balance)
        }
        for path in ["accounts/999/balances", "accounts/x/balances"] {
          try await expectEqual(
            user.inLedger(.get, "\(path)?month=2024-02&interval=day").status, 404)
        }
        let filtered = try await user.inLedger(
          .get, "accounts/\(yen)/balances?month=2024-02&interval=day&tag=x")
        #expect(filtered.status == 400 && filtered.errors["tag"] != nil)
      }
    }

    @Test func reportsAreForMembersOnly() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "kim")
        for report in ["summary", "by-category", "by-payee", "by-tag", "by-account", "budget"] {
          let path = "ledgers/\(user.ledger)/reports/\(report)?month=2026-05"
          try await expectEqual(other.send(.get, path).status, 404)
        }
        for path in ["budgets/2026-05", "rates"] {
          try await expectEqual(other.send(.get, "ledgers/\(user.ledger)/\(path)").status, 404)
        }
      }
    }
  }
}
