import Finance
import Tenancy

/// A transaction as a line of a register.
struct TransactionRow: Sendable {
  /// What ids are called.
  struct Names: Sendable {
    let categories: [Int64: String]
    let accounts: [Int64: String]
    let choices: [Choice]
    let visit: LedgerVisit

    init(_ categories: [Category], _ accounts: [Account], _ visit: LedgerVisit) {
      self.categories = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, $0.name) })
      self.accounts = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name) })
      choices = Choice.categories(categories, chosen: nil)
      self.visit = visit
    }
  }

  let id: Int64
  let href: String
  let title: String
  let category: String
  let isWithoutCategory: Bool
  let accountName: String
  let amount: Figure
  let isIncome: Bool
  let isWaiting: Bool
  /// What the account has after it, in the register of one.
  var standing: Figure?
  /// Whether it is among those that are to be changed together.
  var isTicked = false
  /// Where a category is chosen at once.
  let categorizing: String?
  let choices: [Choice]

  init(_ transaction: Transaction, _ names: Names) {
    let visit = names.visit
    let words = visit.words
    id = transaction.id
    href = visit.link("/transactions/\(transaction.id)")
    let account = names.accounts[transaction.accountID] ?? ""
    accountName = account
    let part = transaction.parts[0]
    var isWithoutCategory = false
    if transaction.isSplit {
      category = words.splitOf.filled(transaction.parts.count)
    } else if let transfer = part.transfer {
      let other = names.accounts[transfer.accountID] ?? ""
      category =
        transaction.money.minorUnits < 0
        ? words.transferTo.filled(other) : words.transferFrom.filled(other)
    } else if let id = part.categoryID {
      category = names.categories[id] ?? ""
    } else {
      category = words.noCategory
      isWithoutCategory = true
    }
    self.isWithoutCategory = isWithoutCategory
    let memo = transaction.memo.isEmpty ? nil : transaction.memo
    title = transaction.payee?.name ?? memo ?? category
    amount = Figure(
      Int128(transaction.money.minorUnits), transaction.money.currency, visit.locale,
      symbol: transaction.money.currency != visit.ledger.currency, plus: true)
    isIncome = transaction.money.minorUnits > 0
    isWaiting = transaction.status == .pending
    let isOpen = isWithoutCategory && visit.canWrite && !transaction.isReconciled
    categorizing = isOpen ? visit.link("/transactions/\(transaction.id)/category") : nil
    choices = isOpen ? names.choices : []
  }
}

/// Something that can be chosen in a form.
struct Choice: Sendable {
  let value: String
  let label: String
  let isChosen: Bool

  /// Categories by name, each after the group that it is in; archived ones only if they are chosen.
  static func categories(_ categories: [Category], chosen: Int64?) -> [Choice] {
    let names = CategoryNames(categories)
    var choices: [Choice] = []
    func add(_ category: Category, _ label: String) {
      guard !category.isArchived || category.id == chosen else { return }
      choices.append(
        Choice(value: String(category.id), label: label, isChosen: category.id == chosen))
    }
    for top in names.tops {
      add(top, top.name)
      for inner in names.children(of: top) { add(inner, "\(top.name): \(inner.name)") }
    }
    return choices
  }

  static func accounts(_ accounts: [Account], chosen: Int64?) -> [Choice] {
    accounts.filter { $0.closedOn == nil || $0.id == chosen }.map { account in
      Choice(value: String(account.id), label: account.name, isChosen: account.id == chosen)
    }
  }
}

/// The transactions of one day.
struct RegisterDay: Sendable {
  let label: String
  let total: Figure?
  var rows: [TransactionRow]

  /// - Parameter transactions: in the order of the register.
  static func days(
    _ transactions: [Transaction], _ names: TransactionRow.Names, today: CivilDate,
    standing: [Int64: Figure] = [:], ticked: Set<Int64> = []
  ) -> [RegisterDay] {
    var groups: [(date: CivilDate, transactions: [Transaction])] = []
    for transaction in transactions {
      if groups.last?.date == transaction.date {
        groups[groups.count - 1].transactions.append(transaction)
      } else {
        groups.append((transaction.date, [transaction]))
      }
    }
    return groups.map { date, transactions in
      RegisterDay(
        label: label(date, today: today, names.visit), total: total(transactions, names.visit),
        rows: transactions.map { transaction in
          var row = TransactionRow(transaction, names)
          row.standing = standing[transaction.id]
          row.isTicked = ticked.contains(transaction.id)
          return row
        })
    }
  }

  private static func label(
    _ date: CivilDate, today: CivilDate, _ visit: LedgerVisit
  ) -> String {
    let (locale, words) = (visit.locale, visit.words)
    let day =
      date.year == today.year ? locale.weekday(date) : "\(locale.weekday(date)) \(date.year)"
    return switch today.daysSinceEpoch - date.daysSinceEpoch {
    case 0: "\(words.today), \(day)"
    case 1: "\(words.yesterday), \(day)"
    default: day
    }
  }

  /// What came in and went out on the day; nil if that is in several currencies. Transfers are neither.
  private static func total(_ transactions: [Transaction], _ visit: LedgerVisit) -> Figure? {
    let currencies = Set(transactions.map(\.money.currency))
    guard currencies.count == 1, let currency = currencies.first else { return nil }
    var total: Int128 = 0
    for part in transactions.flatMap(\.parts) where part.transfer == nil {
      total += Int128(part.money.minorUnits)
    }
    return Figure(total, currency, visit.locale, plus: true)
  }
}
