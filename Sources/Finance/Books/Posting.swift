import Tenancy

/// An amount on its way from one account to another.
struct Entry: Sendable, Hashable {
  /// Of an entry that is there already.
  var id: Int64?
  /// The place of the split that it is of.
  let part: Int
  let date: CivilDate
  let from: BookAccounts.Account
  let to: BookAccounts.Account
  let money: Money
  let fromStatus: TransactionStatus
  let toStatus: TransactionStatus
  let memo: String
}

/// A transaction whose entries are known: the books can have it.
struct Posting: Sendable {
  let draft: TransactionDraft
  let account: BookAccounts.Account
  let money: Money
  let entries: [Entry]
}

extension Posting {
  /// The years that books are kept in.
  static let years = 1900...2199

  /// Works out which entries a transaction consists of.
  ///
  /// What goes out of an account goes to a category or to another account; a part that has neither goes
  /// to the ledger's own account for what has no category. Where a transfer's two dates differ the
  /// amount is in transit between them, and where its currencies differ it goes through the ledger's
  /// exchange account, so that each entry is in one currency and on one date.
  ///
  /// - Parameter standing: accounts and categories that the transaction has already, which may have been
  ///   closed or archived since.
  /// - Throws: ``InvalidInput`` with all that is wrong.
  init(
    _ draft: TransactionDraft, _ accounts: BookAccounts, standing: Set<Int64> = []
  ) throws(InvalidInput) {
    var builder = PostingBuilder(draft, accounts, standing)
    let entries = builder.build()
    guard builder.faults.isEmpty, let account = builder.account, let money = builder.money else {
      throw InvalidInput(builder.faults)
    }
    self.draft = draft
    self.account = account
    self.money = money
    self.entries = entries
  }
}

private struct PostingBuilder {
  let draft: TransactionDraft
  let accounts: BookAccounts
  let standing: Set<Int64>
  private(set) var account: BookAccounts.Account?
  private(set) var money: Money?
  private(set) var faults: [InvalidInput.Fault] = []

  init(_ draft: TransactionDraft, _ accounts: BookAccounts, _ standing: Set<Int64>) {
    self.draft = draft
    self.accounts = accounts
    self.standing = standing
  }

  mutating func build() -> [Entry] {
    check(draft.date, at: ["date"])
    guard let account = openAccount(draft.accountID, at: ["account_id"]),
      let home = account.currency
    else { return [] }
    self.account = account
    money = read(draft.amount, in: home, at: ["amount"])
    if draft.splits.isEmpty {
      guard let money else { return [] }
      if money.minorUnits == 0 { report(["amount"], "must not be zero") }
      return entries(of: money, to: draft.target, part: 0, id: nil, memo: "", at: [])
    }
    return splitEntries(in: home)
  }

  private mutating func splitEntries(in home: Currency) -> [Entry] {
    if draft.splits.count < 2 { report(["splits"], "must have at least two parts") }
    if draft.target.categoryID != nil {
      report(["category_id"], "must be null where there are splits")
    }
    if draft.target.transferAccountID != nil {
      report(["transfer_account_id"], "must be null where there are splits")
    }
    var entries: [Entry] = []
    var sum: Int64? = 0
    for (index, split) in draft.splits.enumerated() {
      let path = ["splits", String(index)]
      guard let part = read(split.amount, in: home, at: path + ["amount"]) else {
        sum = nil
        continue
      }
      if part.minorUnits == 0 { report(path + ["amount"], "must not be zero") }
      if split.target.transferDate != nil {
        // An account has a transaction on one date, which its register is sorted by.
        report(path + ["transfer_date"], "must be null in a split, which is on one date")
      }
      sum = sum.map { $0 + part.minorUnits }
      entries += self.entries(
        of: part, to: split.target, part: index, id: split.id, memo: split.memo, at: path)
    }
    if let sum, let money, sum != money.minorUnits {
      report(
        ["splits"],
        "must add up to \(money.text), and add up to \(home.text(Int128(sum)))")
    }
    return entries
  }

  /// The entries of one part.
  private mutating func entries(
    of money: Money, to target: TransactionDraft.Target, part: Int, id: Int64?, memo: String,
    at path: [String]
  ) -> [Entry] {
    guard let account else { return [] }
    guard let transferID = target.transferAccountID else {
      if target.transferAmount != nil || target.transferDate != nil {
        report(path + ["transfer_account_id"], "is required where there is something of a transfer")
      }
      guard let category = category(target.categoryID, of: money, at: path) else { return [] }
      return [
        entry(
          money, between: account, draft.status, and: category, draft.status, on: draft.date, part,
          id, memo)
      ]
    }
    if target.categoryID != nil {
      report(path + ["category_id"], "must be null where there is a transfer_account_id")
    }
    if transferID == account.id {
      report(path + ["transfer_account_id"], "must be another account")
      return []
    }
    guard let other = openAccount(transferID, at: path + ["transfer_account_id"]),
      let currency = other.currency
    else { return [] }
    if let date = target.transferDate { check(date, at: path + ["transfer_date"]) }
    guard let arriving = arriving(money, in: currency, target, at: path) else { return [] }
    return transfer(
      money, arriving: arriving, to: other, on: target.transferDate ?? draft.date, part, id, memo)
  }

  private func transfer(
    _ leaving: Money, arriving: Money, to other: BookAccounts.Account, on date: CivilDate,
    _ part: Int, _ id: Int64?, _ memo: String
  ) -> [Entry] {
    guard let account else { return [] }
    let otherStatus = draft.transferStatus ?? draft.status
    let way: BookAccounts.Account
    if leaving.currency != arriving.currency {
      way = accounts[own: .exchange]
    } else if date != draft.date {
      way = accounts[own: .transit]
    } else {
      return [
        entry(
          leaving, between: account, draft.status, and: other, otherStatus, on: date, part, id, memo
        )
      ]
    }
    return [
      entry(
        leaving, between: account, draft.status, and: way, draft.status, on: draft.date, part, id,
        memo),
      entry(
        arriving, between: other, otherStatus, and: way, otherStatus, on: date, part, nil, memo),
    ]
  }

  /// What the other account of a transfer gets, seen from it.
  private mutating func arriving(
    _ money: Money, in currency: Currency, _ target: TransactionDraft.Target, at path: [String]
  ) -> Money? {
    let path = path + ["transfer_amount"]
    guard let number = target.transferAmount else {
      if currency == money.currency { return -money }
      report(path, "is required, since the other account is in \(currency.code)")
      return nil
    }
    guard let arriving = read(number, in: currency, at: path) else { return nil }
    guard money.minorUnits != 0, arriving.minorUnits.signum() == -money.minorUnits.signum() else {
      report(path, "must have the opposite sign of the amount")
      return nil
    }
    guard currency != money.currency || arriving == -money else {
      report(path, "must be the opposite of the amount, since both are in \(currency.code)")
      return nil
    }
    return arriving
  }

  /// - Parameter money: seen from `account`; what is negative goes to `other`.
  private func entry(
    _ money: Money, between account: BookAccounts.Account, _ status: TransactionStatus,
    and other: BookAccounts.Account, _ otherStatus: TransactionStatus, on date: CivilDate,
    _ part: Int, _ id: Int64?, _ memo: String
  ) -> Entry {
    let isOut = money.minorUnits < 0
    return Entry(
      id: id, part: part, date: date, from: isOut ? account : other, to: isOut ? other : account,
      money: isOut ? -money : money, fromStatus: isOut ? status : otherStatus,
      toStatus: isOut ? otherStatus : status, memo: memo)
  }

  private mutating func category(
    _ id: Int64?, of money: Money, at path: [String]
  ) -> BookAccounts.Account? {
    guard let id else {
      return accounts[own: money.minorUnits < 0 ? .uncategorizedExpense : .uncategorizedIncome]
    }
    guard let category = accounts.category(id) else {
      report(path + ["category_id"], "is no category of this ledger")
      return nil
    }
    if category.isClosed, !standing.contains(id) {
      report(path + ["category_id"], "is an archived category")
    }
    return category
  }

  private mutating func openAccount(_ id: Int64, at path: [String]) -> BookAccounts.Account? {
    guard let account = accounts.real(id) else {
      report(path, "is no account of this ledger")
      return nil
    }
    if account.isClosed, !standing.contains(id) {
      report(path, "is a closed account, which takes no new entries")
    }
    return account
  }

  private mutating func read(
    _ number: DecimalNumber, in currency: Currency, at path: [String]
  ) -> Money? {
    do {
      return try Money(number, in: currency)
    } catch {
      report(path, error.message)
      return nil
    }
  }

  private mutating func check(_ date: CivilDate, at path: [String]) {
    if !Posting.years.contains(date.year) {
      report(
        path, "must be in the years \(Posting.years.lowerBound) to \(Posting.years.upperBound)")
    }
  }

  private mutating func report(_ path: [String], _ message: String) {
    faults.append(InvalidInput.Fault(path, message))
  }
}
