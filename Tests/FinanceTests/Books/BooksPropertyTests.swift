import FinanceTestSupport
import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance

extension DatabaseTests {
  struct BooksPropertyTests {
    /// After every step of a random history the stored sums are those of the entries, and the balances
    /// of all accounts come to nothing, since entries only move amounts.
    @Test(arguments: [1, 2, 3, 4])
    func everyFigureIsWhatTheEntriesComeTo(seed: UInt64) async throws {
      let user = try await TestUser()
      try user.clock.set("2026-05-15T12:00:00Z")
      var history = try await RandomHistory(user, seed: seed)
      for step in 0..<60 {
        let name = try await history.takeStep()
        let differences = try await user.tenant.database.query(BooksCheck.differences)
        #expect(differences.isEmpty, "seed \(seed), step \(step): \(name)")
        try await history.compareBalances()
      }
    }
  }
}

/// What a household might do, chosen at random.
private struct RandomHistory {
  private let user: TestUser
  private let ledger: LedgerDatabase
  private var generator: SeededGenerator
  private var accounts: [Account] = []
  private var live: Set<Int64> = []
  private var deleted: Set<Int64> = []

  init(_ user: TestUser, seed: UInt64) async throws {
    self.user = user
    generator = SeededGenerator(seed: seed)
    ledger = user.ledgerDatabase
    for (name, type, currency) in [
      ("Giro", AccountType.checking, "EUR"), ("Savings", .savings, "EUR"),
      ("Card", .creditCard, "EUR"), ("Yen", .cash, "JPY"), ("Dinar", .cash, "KWD"),
    ] {
      accounts.append(
        try await ledger.write { writer in
          try await writer.createAccount(
            AccountDraft(
              name: name, type: type, currency: currency, openingBalance: DecimalNumber(100),
              openedOn: CivilDate("2026-01-01")))
        })
    }
  }

  /// - Returns: what was done.
  mutating func takeStep() async throws -> String {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0..<4:
      let drafts = (0..<Int.random(in: 1...4, using: &generator)).map { _ in draft() }
      let made = try await ledger.write { try await $0.create(drafts) }
      live.formUnion(made.map(\.id))
      return "create \(drafts)"
    case 4..<7:
      guard let id = live.sorted().randomElement(using: &generator) else { return "nothing" }
      let draft = draft()
      let patch = TransactionPatch(draft)
      _ = try await ledger.write { try await $0.update([id], patch) }
      return "update \(id) to \(draft)"
    case 7..<9:
      guard let id = live.sorted().randomElement(using: &generator) else { return "nothing" }
      try await ledger.write { try await $0.delete([id]) }
      live.remove(id)
      deleted.insert(id)
      return "delete \(id)"
    default:
      guard let id = deleted.sorted().randomElement(using: &generator) else { return "nothing" }
      _ = try await ledger.write { try await $0.restore(id) }
      deleted.remove(id)
      live.insert(id)
      return "restore \(id)"
    }
  }

  /// The balances that the API shows are the sums of what the list shows.
  func compareBalances() async throws {
    let last = try #require(CivilDate("2199-12-31"))
    for account in try await AccountStore(ledger).list(at: last) {
      var filter = TransactionFilter()
      filter.accountID = account.id
      var sum = Int128(account.openingBalance)
      var position: TransactionFilter.Position?
      repeat {
        let page = try await TransactionStore(ledger).list(filter, after: position, limit: 7)
        sum += page.transactions.reduce(0) { $0 + Int128($1.money.minorUnits) }
        position = page.next
      } while position != nil
      #expect(sum == account.balance, "\(account.name)")
    }
  }

  private mutating func draft() -> TransactionDraft {
    let account = accounts.randomElement(using: &generator)!  // There are five.
    let day = Int.random(in: 0..<400, using: &generator)
    // 400 days from the beginning of 2025 are within the years of the calendar.
    let date = CivilDate("2025-12-01")!.adding(days: day)!
    let amount = nonZero()
    var draft = TransactionDraft(
      accountID: account.id, date: date, amount: DecimalNumber(amount),
      payee: Bool.random(using: &generator) ? "Payee \(amount % 3)" : nil,
      status: Bool.random(using: &generator) ? .pending : .cleared)
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: draft.target = target(from: account, amount, date)
    case 1:
      let part = nonZero()
      let rest = amount - part
      guard rest != 0 else { break }
      draft.splits = [part, rest].map { amount in
        TransactionDraft.Split(
          amount: DecimalNumber(amount), target: target(from: account, amount, nil), memo: "part")
      }
    default: break
    }
    return draft
  }

  private mutating func target(
    from account: Account, _ amount: Int64, _ date: CivilDate?
  ) -> TransactionDraft.Target {
    guard Bool.random(using: &generator),
      let other = accounts.filter({ $0.id != account.id }).randomElement(using: &generator)
    else { return TransactionDraft.Target() }
    let isExchange = other.currency != account.currency
    return TransactionDraft.Target(
      transferAccountID: other.id,
      transferAmount: isExchange ? DecimalNumber(-amount.signum() * 7) : nil,
      transferDate: Bool.random(using: &generator) ? date?.adding(days: 3) : nil)
  }

  private mutating func nonZero() -> Int64 {
    let amount = Int64.random(in: -500...500, using: &generator)
    return amount == 0 ? 1 : amount
  }
}

extension TransactionPatch {
  /// A change of everything, to what the draft has.
  fileprivate init(_ draft: TransactionDraft) {
    self.init()
    accountID = draft.accountID
    date = draft.date
    amount = draft.amount
    payee = draft.payee.map(Change.set) ?? .clear
    memo = draft.memo
    status = draft.status
    target = Target(draft.target)
    splits = draft.splits.map { part in
      var split = Split()
      split.amount = part.amount
      split.target = Target(part.target)
      split.memo = part.memo
      return split
    }
  }
}

extension TransactionPatch.Target {
  fileprivate init(_ target: TransactionDraft.Target) {
    self.init()
    categoryID = target.categoryID.map(Change.set) ?? .clear
    transferAccountID = target.transferAccountID.map(Change.set) ?? .clear
    transferAmount = target.transferAmount.map(Change.set) ?? .clear
    transferDate = target.transferDate.map(Change.set) ?? .clear
  }
}
