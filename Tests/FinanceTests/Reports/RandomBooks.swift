import FinanceTestSupport
import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance

/// A ledger with accounts in four currencies, categories in two levels, and a random history.
struct RandomBooks {
  let user: TestUser
  let ledger: LedgerDatabase
  private(set) var accounts: [Account] = []
  private(set) var categories: [Int64] = []
  private var generator: SeededGenerator
  private var live: Set<Int64> = []
  private var deleted: Set<Int64> = []

  static let tags = ["Trip", "gift", "Été"]
  /// A leap year with the end of the year before, and what comes after it.
  static let firstDay = CivilDate("2023-11-20")!  // A day of the calendar.
  static let dayCount = 500

  init(seed: UInt64, timeZone: String) async throws {
    user = try await TestUser()
    ledger = user.ledgerDatabase
    generator = SeededGenerator(seed: seed)
    try user.clock.set("2024-02-29T23:30:00Z")
    _ = try await user.tenant.database.query("update ledger set time_zone = \(timeZone)")
    for (name, type, currency) in [
      ("Giro", AccountType.checking, "EUR"), ("Card", .creditCard, "EUR"), ("Yen", .cash, "JPY"),
      ("Dinar", .savings, "KWD"), ("Dollar", .loan, "USD"),
    ] {
      let opening = Int64.random(in: -300...300, using: &generator)
      let day = Self.firstDay.adding(days: .random(in: 0..<Self.dayCount, using: &generator))
      accounts.append(
        try await ledger.write { writer in
          try await writer.createAccount(
            AccountDraft(
              name: name, type: type, currency: currency,
              openingBalance: DecimalNumber(opening), openedOn: day))
        })
    }
    for (name, kind, parent) in [
      ("Food", "expense", nil), ("Groceries", "expense", 0), ("Restaurants", "expense", 0),
      ("Home", "expense", nil), ("Work", "income", nil), ("Salary", "income", 4),
    ] as [(String, String, Int?)] {
      categories.append(try await addCategory(name, kind, parent.map { categories[$0] }))
    }
    for _ in 0..<40 { try await addRate() }
  }

  private func addCategory(_ name: String, _ kind: String, _ parent: Int64?) async throws -> Int64 {
    try await user.tenant.database.query(
      """
      insert into account (ledger_id, kind, name, currency, parent_id, version)
      values (\(ledger.ledgerID), \(kind), \(name), 'XXX', \(parent), 1) returning id
      """)[0].decode(0)
  }

  /// Between the ledger's currency and another, in either direction; none for dollars.
  private mutating func addRate() async throws {
    let other = ["JPY", "KWD"].randomElement(using: &generator)!  // There are two.
    let isDirect = Bool.random(using: &generator)
    let name = RateName(
      from: isDirect ? other : "EUR", to: isDirect ? "EUR" : other, date: randomDay())
    let number = try #require(
      DecimalNumber("0.\(Int.random(in: 1...99_999, using: &generator))"))
    _ = try await ledger.write { try await $0.setRate(name, to: number) { _ in } }
  }

  mutating func takeSteps(_ count: Int) async throws {
    for _ in 0..<count { try await takeStep() }
  }

  private mutating func takeStep() async throws {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0..<5:
      let drafts = (0..<Int.random(in: 3...8, using: &generator)).map { _ in draft() }
      let made = try await ledger.write { try await $0.create(drafts) }
      live.formUnion(made.map(\.id))
    case 5..<7:
      guard let id = live.sorted().randomElement(using: &generator) else { return }
      var patch = TransactionPatch()
      patch.date = randomDay()
      patch.tags = randomTags()
      patch.payee = Bool.random(using: &generator) ? .clear : .set("Someone new")
      _ = try await ledger.write { [patch] in try await $0.update([id], patch) }
    case 7..<9:
      guard let id = live.sorted().randomElement(using: &generator) else { return }
      try await ledger.write { try await $0.delete([id]) }
      live.remove(id)
      deleted.insert(id)
    default:
      guard let id = deleted.sorted().randomElement(using: &generator) else { return }
      _ = try await ledger.write { try await $0.restore(id) }
      deleted.remove(id)
      live.insert(id)
    }
  }

  private mutating func randomDay() -> CivilDate {
    // All within the years of the calendar.
    Self.firstDay.adding(days: .random(in: 0..<Self.dayCount, using: &generator))!
  }

  private mutating func randomTags() -> [String] {
    Self.tags.filter { _ in Bool.random(using: &generator) }
  }

  private mutating func draft() -> TransactionDraft {
    let account = accounts.randomElement(using: &generator)!  // There are five.
    let amount = nonZero()
    var draft = TransactionDraft(
      accountID: account.id, date: randomDay(), amount: DecimalNumber(amount),
      payee: Bool.random(using: &generator) ? "Payee \(amount.magnitude % 3)" : nil,
      tags: randomTags(), status: Bool.random(using: &generator) ? .pending : .cleared)
    let part = nonZero()
    if Int.random(in: 0..<3, using: &generator) == 0, amount != part {
      draft.splits = [part, amount - part].map { part in
        TransactionDraft.Split(
          amount: DecimalNumber(part), target: target(from: account, part, nil))
      }
    } else {
      draft.target = target(from: account, amount, draft.date)
    }
    return draft
  }

  private mutating func target(
    from account: Account, _ amount: Int64, _ date: CivilDate?
  ) -> TransactionDraft.Target {
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: return TransactionDraft.Target()
    case 1:
      // There are four others.
      let other = accounts.filter { $0.id != account.id }.randomElement(using: &generator)!
      return TransactionDraft.Target(
        transferAccountID: other.id,
        transferAmount: other.currency == account.currency
          ? nil : DecimalNumber(-amount.signum() * 7),
        transferDate: Bool.random(using: &generator) ? date?.adding(days: 3) : nil)
    default:
      return TransactionDraft.Target(categoryID: categories.randomElement(using: &generator))
    }
  }

  private mutating func nonZero() -> Int64 {
    let amount = Int64.random(in: -500...500, using: &generator)
    return amount == 0 ? 1 : amount
  }

  /// A period of a day up to all of them, now and then a whole month.
  mutating func randomPeriod() throws -> ReportPeriod {
    let first = randomDay()
    if Int.random(in: 0..<4, using: &generator) == 0 {
      return try #require(ReportPeriod(first.civilMonth))
    }
    let span = [1, 20, 100, 500].randomElement(using: &generator) ?? 1
    let last = try #require(first.adding(days: .random(in: 0..<span, using: &generator)))
    return try #require(ReportPeriod(from: first, through: last))
  }

  mutating func randomFilter() -> ReportFilter {
    var filter = ReportFilter()
    guard Bool.random(using: &generator) else { return filter }
    if Int.random(in: 0..<3, using: &generator) == 0 {
      filter.accountID = (accounts.map(\.id) + [999_999]).randomElement(using: &generator)
    }
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: filter.category = TransactionFilter.Category.none
    case 1:
      filter.category = (categories + [999_999]).randomElement(using: &generator).map {
        .id($0)
      }
    default: break
    }
    if Int.random(in: 0..<3, using: &generator) == 0 {
      filter.tag = (Self.tags + ["TRIP", "absent"]).randomElement(using: &generator)
    }
    return filter
  }

  mutating func randomInterval() -> ReportInterval {
    ReportInterval.allCases.randomElement(using: &generator) ?? .day
  }
}
