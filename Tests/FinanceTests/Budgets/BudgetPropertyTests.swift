import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance

extension DatabaseTests {
  struct BudgetPropertyTests {
    /// The budget of a month is what all months before it come to, however few of them are read.
    @Test(arguments: [(1, "Europe/Zurich"), (2, "Pacific/Kiritimati")] as [(UInt64, String)])
    func aBudgetIsWhatAllMonthsComeTo(seed: UInt64, timeZone: String) async throws {
      var books = try await RandomBooks(seed: seed, timeZone: timeZone)
      try await books.takeSteps(40)
      var generator = SeededGenerator(seed: seed)
      let categories = Array(books.categories[0...3])
      let first = RandomBooks.firstDay.civilMonth
      let months = (0..<18).compactMap { first.adding(months: $0) }
      var said: [Int64: [CivilMonth: BudgetChain.Month]] = [:]
      for _ in 0..<30 {
        guard let category = categories.randomElement(using: &generator),
          let month = months.randomElement(using: &generator)
        else { continue }
        let assigned = Int64.random(in: -20...300, using: &generator)
        let rollover =
          Bool.random(using: &generator) ? Rollover.allCases.randomElement(using: &generator) : nil
        let budget = try await books.ledger.write { writer in
          try await writer.setBudget(
            category, month, assigned: DecimalNumber(assigned), rollover: rollover)
        }
        var line = said[category, default: [:]][month] ?? BudgetChain.Month()
        line.assigned = Int128(assigned) * 100
        line.rollover = rollover ?? line.rollover
        said[category, default: [:]][month] = line
        #expect(budget.month == month)
      }
      let plain = try await PlainBooks(books.user.tenant.database)
      for month in months {
        let budget = try await BudgetStore(books.ledger).budget(month)
        #expect(budget.lines.map(\.categoryID).sorted() == categories.sorted())
        for line in budget.lines {
          let (direct, whole) = expected(
            line.categoryID, in: books, months.filter { $0 <= month }, plain, said)
          #expect(line.direct == direct, "\(seed) \(month) \(line.name)")
          #expect(line.whole == whole, "\(seed) \(month) \(line.name)")
        }
        for line in try await comparison(month, books) {
          let own = try #require(budget.lines.first { $0.categoryID == line.categoryID })
          #expect(line.assigned == own.whole.assigned && line.directAssigned == own.direct.assigned)
          #expect(line.spent.total.minus == own.spent, "\(seed) \(month) \(line.name)")
        }
        let income = plain.flows(ReportFilter())
          .filter { $0.end.kind == "income" && month.contains($0.date) }
        #expect(budget.income.total.plus == plain.sums(income, at: month.lastDay).total.plus)
        #expect(budget.assigned == said.values.reduce(0) { $0 + ($1[month]?.assigned ?? 0) })
      }
    }

    private func comparison(
      _ month: CivilMonth, _ books: RandomBooks
    ) async throws -> [BudgetComparison] {
      try await BudgetStore(books.ledger)
        .comparison(try #require(ReportPeriod(month)), ReportFilter()).lines
    }

    /// The category's own figures, and those with its children.
    private func expected(
      _ category: Int64, in books: RandomBooks, _ months: [CivilMonth], _ plain: PlainBooks,
      _ said: [Int64: [CivilMonth: BudgetChain.Month]]
    ) -> (direct: Budget.Sums, whole: Budget.Sums) {
      let children = category == books.categories[0] ? Array(books.categories[1...2]) : []
      let direct = sums(of: category, payingFor: children, months, plain, said)
      let whole = children.reduce(direct) {
        $0 + sums(of: $1, payingFor: [], months, plain, said)
      }
      return (direct, whole)
    }

    private func sums(
      of category: Int64, payingFor children: [Int64], _ months: [CivilMonth], _ plain: PlainBooks,
      _ said: [Int64: [CivilMonth: BudgetChain.Month]]
    ) -> Budget.Sums {
      func spent(_ category: Int64, _ month: CivilMonth) -> Int128 {
        let sides = plain.flows(ReportFilter())
          .filter { $0.end.account == category && month.contains($0.date) }
        return plain.sums(sides, at: month.lastDay).total.minus
      }
      func hasPlan(_ child: Int64, by month: CivilMonth) -> Bool {
        (said[child] ?? [:]).contains { since, line in
          since <= month && (line.assigned != 0 || ![nil, Rollover.none].contains(line.rollover))
        }
      }
      var sums = Budget.Sums(assigned: 0, spent: 0, carried: 0)
      var (rollover, carried) = (Rollover.none, Int128(0))
      for month in months {
        let line = said[category]?[month]
        rollover = line?.rollover ?? rollover
        sums = Budget.Sums(
          assigned: line?.assigned ?? 0, spent: spent(category, month), carried: carried)
        let paid = children.filter { !hasPlan($0, by: month) }.reduce(0) { $0 + spent($1, month) }
        let left = sums.left - paid
        carried =
          switch rollover {
          case .none: 0
          case .surplus: max(0, left)
          case .all: left
          }
      }
      return sums
    }

    @Test func theBudgetsOfACategoryThatGoesAreAddedToAnothersOrGo() async throws {
      let books = try await RandomBooks(seed: 5, timeZone: "UTC")
      let (gone, kept) = (books.categories[1], books.categories[2])
      let months = try ["2024-01", "2024-02"].map { try #require(CivilMonth($0)) }
      try await books.ledger.write { writer in
        for (category, month, assigned) in [
          (gone, months[0], 10), (gone, months[1], 20), (kept, months[0], 3),
        ] {
          _ = try await writer.setBudget(
            category, month, assigned: DecimalNumber(Int64(assigned)),
            rollover: category == gone ? .all : .surplus)
        }
        try await writer.moveBudgets(of: gone, to: kept)
      }
      for (month, assigned) in zip(months, [1300, 2000] as [Int128]) {
        let budget = try await BudgetStore(books.ledger).budget(month)
        #expect(budget.assigned == assigned)
        #expect(budget.lines.first { $0.categoryID == kept }?.assigned == assigned)
        #expect(budget.lines.first { $0.categoryID == kept }?.rollover == .surplus)
      }
      _ = try await books.user.tenant.database.query("delete from account where id = \(kept)")
      #expect(try await BudgetStore(books.ledger).budget(months[0]).assigned == 0)
    }

    /// Ten years of a category whose rest never goes on are one month to read.
    @Test func onlyMonthsWhoseRestIsFeltAreRead() async throws {
      let user = try await TestUser()
      try user.clock.set("2026-05-15T12:00:00Z")
      let category: Int64 = try await user.tenant.database.query(
        """
        insert into account (ledger_id, kind, name, currency, version)
        values (1, 'expense', 'Food', 'XXX', 1) returning id
        """)[0].decode(0)
      let first = try #require(CivilMonth("2016-01"))
      for offset in 0..<120 {
        let month = try #require(first.adding(months: offset))
        _ = try await user.ledgerDatabase.write { writer in
          try await writer.setBudget(
            category, month, assigned: DecimalNumber(10),
            rollover: offset == 0 ? .all : offset == 117 ? Rollover.none : nil)
        }
      }
      let last = try #require(CivilMonth("2025-12"))
      for (month, count) in [(last, 1), (try #require(CivilMonth("2025-10")), 118)] {
        let results = try await user.ledgerDatabase.read(
          BudgetStore.queries(month, in: user.ledgerDatabase.ledgerID))
        #expect(results[1].count == count)
      }
      let budget = try await BudgetStore(user.ledgerDatabase).budget(
        try #require(CivilMonth("2025-10")))
      #expect(budget.lines[0].carried == 117 * 1000)
      #expect(budget.lines[0].rollover == Rollover.none)
    }
  }
}
