import Tenancy
import TestSupport
import Testing

@testable import Finance

extension DatabaseTests {
  /// Every figure of every report is what a plain recomputation over all entries comes to, for random
  /// histories, periods and filters.
  struct ReportPropertyTests {
    @Test(
      arguments: [
        (1, "Europe/Zurich"), (2, "Pacific/Kiritimati"), (3, "Pacific/Niue"), (4, "Asia/Kathmandu"),
      ] as [(UInt64, String)])
    func everyFigureIsWhatTheEntriesComeTo(seed: UInt64, timeZone: String) async throws {
      var books = try await RandomBooks(seed: seed, timeZone: timeZone)
      for _ in 0..<3 {
        try await books.takeSteps(25)
        let plain = try await PlainBooks(books.user.tenant.database)
        for round in 0..<12 {
          let period = try books.randomPeriod()
          let filter = books.randomFilter()
          let check = ReportCheck(
            store: ReportStore(books.ledger, period, filter), plain: plain, period: period,
            filter: filter, name: "seed \(seed), round \(round): \(period) \(filter)")
          try await check.flows()
          try await check.accounts()
          try await check.intervals(books.randomInterval())
        }
        for account in books.accounts {
          try await compareBalances(of: account, &books)
        }
      }
    }

    /// The chart of an account agrees with the account itself.
    private func compareBalances(of account: Account, _ books: inout RandomBooks) async throws {
      let period = try books.randomPeriod()
      let interval = books.randomInterval()
      let intervals = try #require(period.intervals(interval))
      let (currency, points) = try await ReportStore(books.ledger, period, ReportFilter())
        .balances(of: account.id, interval, intervals)
      #expect(currency == account.currency)
      #expect(points.map(\.period) == intervals)
      for point in points.prefix(3) + points.suffix(3) {
        let account = try await AccountStore(books.ledger).account(
          account.id, at: point.period.last)
        #expect(point.balance == account.balance)
      }
    }

    /// The list of transactions with the same filters comes to the same.
    @Test(arguments: [11, 12] as [UInt64])
    func aSummaryIsWhatTheListComesTo(seed: UInt64) async throws {
      var books = try await RandomBooks(seed: seed, timeZone: "America/New_York")
      try await books.takeSteps(40)
      for _ in 0..<30 {
        let period = try books.randomPeriod()
        let filter = books.randomFilter()
        let report = try await ReportStore(books.ledger, period, filter).summary()
        let net = try await listed(books, period, filter)
        let figures = report.sums.parts.map { ($0.currency, $0.sums.net) }
        #expect(
          Dictionary(uniqueKeysWithValues: figures).filter { $0.value != 0 }
            == net.filter { $0.value != 0 }, "\(period) \(filter)")
      }
    }

    /// What comes in and goes out by the list, by currency, without transfers.
    private func listed(
      _ books: RandomBooks, _ period: ReportPeriod, _ filter: ReportFilter
    ) async throws -> [Currency: Int128] {
      var list = TransactionFilter()
      list.startDate = period.first
      list.endDate = period.last
      list.accountID = filter.accountID
      list.category = filter.category
      list.tag = filter.tag
      let page = try await TransactionStore(books.ledger).list(list, after: nil, limit: 10_000)
      let groups = [
        books.categories[0]: books.categories[1...2], books.categories[4]: books.categories[5...5],
      ]
      var net: [Currency: Int128] = [:]
      for part in page.transactions.flatMap(\.parts) where part.transfer == nil {
        let isCounted =
          switch filter.category {
          case nil: true
          case TransactionFilter.Category.none?: part.categoryID == nil
          case .id(let id)?:
            part.categoryID == id
              || part.categoryID.map { groups[id]?.contains($0) ?? false } ?? false
          }
        if isCounted { net[part.money.currency, default: 0] += Int128(part.money.minorUnits) }
      }
      return net
    }
  }
}

/// Compares the reports of a period with what the entries come to.
private struct ReportCheck {
  let store: ReportStore
  let plain: PlainBooks
  let period: ReportPeriod
  let filter: ReportFilter
  let name: String

  private typealias Expected = PlainBooks.Expected

  func flows() async throws {
    let sides = plain.flows(filter).filter { period.days.contains($0.date) }
    let whole = plain.flowSums(sides)
    let summary = try await store.summary()
    #expect(Expected(summary.sums) == whole, "\(name)")
    for part in summary.sums.parts where part.currency.code != "EUR" {
      #expect(part.rates.isEmpty == (part.converted == nil))
      for rate in part.rates { #expect(rate.rate.date <= rate.month.lastDay) }
    }

    let categories = try await store.byCategory()
    #expect(Expected(categories.whole.sums) == whole, "\(name)")
    try compare(categories.lines, sides)

    let payees = try await store.byPayee(limit: 200)
    #expect(Expected(payees.whole.sums) == whole, "\(name)")
    #expect(Set(payees.lines.map(\.name)) == Set(sides.map(\.payee)), "\(name)")
    for line in payees.lines {
      let own = sides.filter { $0.payee == line.name }
      #expect(Expected(line.sums) == plain.flowSums(own), "\(name)")
    }

    let tags = try await store.byTag()
    #expect(Expected(tags.whole.sums) == whole, "\(name)")
    for line in tags.lines {
      let own = sides.filter { side in
        line.name.map { side.tags.contains($0) } ?? side.tags.isEmpty
      }
      #expect(!own.isEmpty, "\(name)")
      #expect(Expected(line.sums) == plain.flowSums(own), "\(name)")
    }
    #expect(tags.lines.filter { $0.id != nil }.count == Set(sides.flatMap(\.tags)).count, "\(name)")
  }

  private func compare(_ lines: [CategorySums], _ sides: [PlainBooks.Side]) throws {
    var seen = 0
    for line in lines {
      let own = sides.filter { side in
        line.id.map { side.end.account == $0 || side.end.parent == $0 }
          ?? (side.end.type == "uncategorized" && (side.end.kind == "income") == line.isIncome)
      }
      let parts = Dictionary(grouping: own, by: \.end.account).values.map(plain.flowSums)
      #expect(
        Expected(line.sums) == parts.reduce(Expected(byCurrency: [:], total: .zero), +), "\(name)")
      seen += own.count
      for child in line.children {
        let own = sides.filter { $0.end.account == child.id }
        #expect(Expected(child.sums) == plain.flowSums(own), "\(name)")
      }
    }
    #expect(seen == sides.count, "\(name)")
  }

  func accounts() async throws {
    let sides = plain.balances(filter).filter { $0.date <= period.last }
    for line in try await store.byAccount() {
      let own = sides.filter { $0.end.account == line.id }
      let within = own.filter { $0.date >= period.first && !$0.isOpening }.map(\.change)
      #expect(line.closing == own.reduce(0) { $0 + $1.change }, "\(name)")
      let before = own.filter { $0.date < period.first || $0.isOpening }
      #expect(line.opening == before.reduce(0) { $0 + $1.change }, "\(name)")
      #expect(line.inflow == within.filter { $0 > 0 }.reduce(0, +), "\(name)")
      #expect(line.outflow == -within.filter { $0 < 0 }.reduce(0, +), "\(name)")
    }
  }

  /// Behaviour 21: whoever adds months up gets what the report of all of them says.
  private func isTheSumOfItsMonths() async throws {
    let months = try #require(period.intervals(.month))
    let sums = try await store.cashFlow(.month, months).map(\.sums.total)
    let whole = try await store.summary().sums.total
    #expect(sums.reduce(.zero, +) == whole, "\(name)")
  }

  func intervals(_ interval: ReportInterval) async throws {
    let intervals = try #require(period.intervals(interval))
    let flows = plain.flows(filter)
    let cashFlow = try await store.cashFlow(interval, intervals)
    #expect(cashFlow.map(\.period) == intervals)
    for line in cashFlow {
      let own = flows.filter { line.period.days.contains($0.date) }
      #expect(Expected(line.sums) == plain.flowSums(own), "\(name)")
    }
    try await isTheSumOfItsMonths()
    let balances = plain.balances(filter)
    let netWorth = try await store.netWorth(interval, intervals)
    #expect(netWorth.map(\.period) == intervals)
    for line in netWorth {
      let own = balances.filter { $0.date <= line.period.last }
      #expect(Expected(line.sums) == plain.sums(own, at: line.period.last), "\(name)")
    }
  }
}
