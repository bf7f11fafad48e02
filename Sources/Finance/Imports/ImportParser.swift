import StatementFormats
import Tenancy

/// What a file has beside its rows.
struct ImportFindings {
  var sources: [ImportSource] = []
  var warnings: [String] = []
  let rowCount: Int
  /// Of a whole ledger.
  var contents: ImportContents?

  /// The account that all rows go to, if there is one.
  var onlyAccount: Int64? { sources.count == 1 ? sources[0].accountID : nil }
}

/// Turns a file into rows of an import, as a plan says.
struct ImportParser {
  private static let maximumWarnings = 20

  private let plan: StatementPlan
  private let accounts: ImportAccounts
  private var reader: StatementReader
  private var sources: [ImportSource] = []
  private var notes: [String] = []
  private(set) var rowCount = 0
  private var invalidCount = 0

  /// - Throws: `StatementFileError` for what is no statement.
  init(_ plan: StatementPlan, _ accounts: ImportAccounts) throws(StatementFileError) {
    self.plan = plan
    var accounts = accounts
    accounts.hasSeveralNames = (plan.csv?.accounts.count ?? 0) > 1
    self.accounts = accounts
    reader = try StatementReader(plan: plan)
  }

  /// The rows that the bytes end.
  mutating func read(_ bytes: [UInt8]) throws(StatementFileError) -> [ImportRow] {
    var events: [StatementEvent] = []
    try reader.read(bytes[...], into: &events)
    return rows(events)
  }

  /// The last rows. After it, ``findings`` are complete.
  mutating func finish() throws(StatementFileError) -> [ImportRow] {
    var events: [StatementEvent] = []
    try reader.finish(into: &events)
    return rows(events)
  }

  /// What the file has, all of which was read.
  var findings: ImportFindings {
    ImportFindings(sources: sources, warnings: warnings, rowCount: rowCount)
  }

  /// What is to be said of the file as a whole.
  private var warnings: [String] {
    var warnings = plan.questions.map(\.question) + notes
    for source in sources {
      if source.balances == false {
        warnings.append("The rows of \(source.label) do not add up to its closing balance.")
      }
      if source.accountID == nil {
        warnings.append("It is not said which account \(source.label) is.")
      }
    }
    if invalidCount > 0 {
      warnings.append(
        invalidCount == 1
          ? "One row cannot be imported." : "\(invalidCount) rows cannot be imported.")
    }
    return warnings
  }

  private mutating func rows(_ events: [StatementEvent]) -> [ImportRow] {
    events.compactMap { event in
      switch event {
      case .source(let source): note(source)
      case .note(let text): note(text)
      case .row(let row): return add(self.row(row))
      case .invalid(let row):
        return add(
          ImportRow(row, n: rowCount + 1, accountID: sources[safe: row.source]?.accountID))
      }
      return nil
    }
  }

  private mutating func note(_ text: String) {
    if notes.count < Self.maximumWarnings, !notes.contains(text) { notes.append(text) }
  }

  private mutating func note(_ source: StatementSource) {
    let known = sources.firstIndex { $0.index == source.index }
    let account = known.map { sources[$0].accountID } ?? accounts.account(for: source)
    let described = ImportSource(
      source, accountID: account,
      in: account.flatMap { accounts[$0]?.currency } ?? accounts.currency)
    if let known { sources[known] = described } else { sources.append(described) }
  }

  private mutating func add(_ row: ImportRow) -> ImportRow {
    rowCount += 1
    if row.state == .invalid { invalidCount += 1 }
    return row
  }

  private mutating func row(_ row: StatementRow) -> ImportRow {
    let source = sources[safe: row.source]
    let account = source?.accountID.flatMap { accounts[$0] }
    let currency =
      account?.currency
      ?? (row.currency ?? source?.currency).map { Currency(code: $0) } ?? accounts.currency
    var result = ImportRow(row, n: rowCount + 1, details: ImportRow.Details())
    result.accountID = account?.id
    let target = transfer(
      to: row.transferAccount, row.transferAmount, of: row.amount, from: account)
    result.transferAccountID = target?.id
    result.details = ImportRow.Details(
      payee: row.payee, memo: row.memo, category: row.category, tags: row.tags,
      isPending: row.isPending, transferAmount: target?.amount,
      parts: row.parts.map { part(of: $0, in: currency, account) })
    var faults: [String] = []
    do throws(InvalidAmount) {
      result.money = try Money(row.amount, in: currency)
      if row.amount.isZero { faults.append("the amount is zero") }
    } catch {
      faults.append("the amount \(row.amount.plainText) \(error.message)")
    }
    for part in row.parts {
      do throws(InvalidAmount) {
        _ = try Money(part.amount, in: currency)
      } catch {
        faults.append("the amount \(part.amount.plainText) of a part \(error.message)")
      }
    }
    faults += self.faults(of: row, in: account, target)
    if row.isOpening, let money = result.money, let source {
      let kind = row.amount.isNegative ? "an expense" : "income"
      note(
        "Row \(result.n) is the opening balance of \(source.label), \(money.text), and would count as \(kind): skip it, and give the account this opening balance."
      )
    }
    if !faults.isEmpty {
      result.state = .invalid
      result.reason = faults.joined(separator: "; ")
      result.details.text = [row.date.description, row.amount.plainText, row.payee, row.memo]
        .filter { !$0.isEmpty }.joined(separator: " ")
    } else if row.isSecondHalf, target != nil,
      source?.name.flatMap(accounts.id(called:)) == account?.id
    {
      result.state = .duplicate
      result.reason = "is the other half of a transfer that comes earlier in the file"
    }
    return result
  }

  private func faults(
    of row: StatementRow, in account: ImportAccounts.Account?,
    _ target: (id: Int64, amount: String?)?
  ) -> [String] {
    var faults: [String] = []
    if !Posting.years.contains(row.date.year) {
      faults.append(
        "the date \(row.date) is not in the years \(Posting.years.lowerBound) to \(Posting.years.upperBound)"
      )
    }
    if let account, let code = row.currency, code != account.currency.code {
      faults.append("is in \(code), and the account in \(account.currency.code)")
    }
    for part in row.parts where part.isSecondHalf && target == nil {
      if part.transferAccount.flatMap(accounts.id(called:)) != nil {
        faults.append("a part is the other half of a transfer that comes earlier in the file")
      }
    }
    return faults
  }

  private func part(
    of part: StatementPart, in currency: Currency, _ account: ImportAccounts.Account?
  ) -> ImportRow.Part {
    let target = transfer(
      to: part.transferAccount, part.transferAmount, of: part.amount, from: account)
    return ImportRow.Part(
      amount: Self.text(part.amount, in: currency), category: part.category, memo: part.memo,
      transferAccountID: target?.id, transferAmount: target?.amount)
  }

  /// The account at the other end, if the ledger has it and can tell how much arrives there.
  private func transfer(
    to name: String?, _ arriving: DecimalNumber?, of amount: DecimalNumber,
    from account: ImportAccounts.Account?
  ) -> (id: Int64, amount: String?)? {
    guard let account, let id = name.flatMap(accounts.id(called:)), id != account.id,
      let other = accounts[id], !other.isClosed
    else { return nil }
    if other.currency == account.currency { return (id, nil) }
    guard let arriving, arriving.isNegative != amount.isNegative else { return nil }
    return (id, Self.text(arriving, in: other.currency))
  }

  /// With exactly the currency's digits, unless the file has more.
  private static func text(_ amount: DecimalNumber, in currency: Currency) -> String {
    (try? Money(amount, in: currency).text) ?? amount.plainText
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
