import Finance
import HTTPSupport
import Tenancy

/// What somebody has typed into the form of a transaction.
struct TransactionForm: Sendable {
  enum Kind: String, Sendable {
    case expense, income, transfer
  }

  struct Part: Sendable {
    var id: Int64?
    var amount = ""
    var category: Int64?
  }

  var kind = Kind.expense
  var amount = ""
  var date = ""
  var account: Int64?
  var toAccount: Int64?
  /// What the other account gets, if it has another currency.
  var toAmount = ""
  var payee = ""
  var category: Int64?
  var memo = ""
  var parts: [Part] = []

  /// As many as the API takes: what has them is saved with all of them.
  private static let maximumParts = 200
  private static let maximumPayee = 200
  private static let maximumMemo = 1000

  init() {}

  init(_ form: Form) {
    kind = Kind(rawValue: form.text("kind")) ?? .expense
    amount = form.text("amount")
    date = form.text("date")
    account = form.id("account")
    toAccount = form.id("to")
    toAmount = form.text("to-amount")
    payee = form.text("payee")
    category = form.id("category")
    // Browsers end lines in their own way.
    memo = form.text("memo").replacing("\r\n", with: "\n")
    parts = (0..<Self.maximumParts).map { index in
      Part(
        id: form.id("part-id-\(index)"), amount: form.text("part-amount-\(index)"),
        category: form.id("part-category-\(index)"))
    }.filter { !$0.amount.isEmpty }
  }

  /// The transaction as it is.
  init(_ transaction: Transaction, _ locale: DisplayLocale) {
    let first = transaction.parts[0]
    let isTransfer = !transaction.isSplit && first.transfer != nil
    kind = isTransfer ? .transfer : transaction.money.minorUnits > 0 ? .income : .expense
    let sign: Int128 = kind == .income ? 1 : -1
    func text(_ money: Money) -> String {
      locale.plainNumber(sign * Int128(money.minorUnits), money.currency)
    }
    amount = text(transaction.money)
    date = transaction.date.description
    account = transaction.accountID
    if isTransfer, let transfer = first.transfer {
      toAccount = transfer.accountID
      setToAmount(transfer.money, from: transaction.money, locale)
    }
    payee = transaction.payee?.name ?? ""
    category = transaction.isSplit ? nil : first.categoryID
    memo = transaction.memo
    if transaction.isSplit {
      parts = transaction.parts.map { part in
        Part(id: part.id, amount: text(part.money), category: part.categoryID)
      }
    }
  }

  /// Shows what the other account gets where the currencies differ.
  mutating func setToAmount(_ arriving: Money, from leaving: Money, _ locale: DisplayLocale) {
    guard arriving.currency != leaving.currency else { return }
    toAmount = locale.plainNumber(Int128(arriving.minorUnits), arriving.currency)
  }

  /// What is wrong, by field.
  struct Faults: Error, Sendable {
    var general: String?
    var amount: String?
    var date: String?
    var account: String?
    var toAmount: String?
    var payee: String?
    var memo: String?
    var parts: String?

    var isEmpty: Bool {
      let all = [general, amount, date, account, toAmount, payee, memo, parts]
      return all.allSatisfy { $0 == nil }
    }
  }

  /// What the books are to have.
  struct Entry: Sendable {
    let account: Int64
    let date: CivilDate
    let amount: DecimalNumber
    let payee: String
    let memo: String
    let target: TransactionDraft.Target
    let parts: [TransactionDraft.Split]
  }

  /// - Throws: ``Faults``.
  func entry(_ locale: DisplayLocale) throws(Faults) -> Entry {
    let words = locale.texts.words
    var faults = Faults()
    let number = AmountInput(amount, locale)?.number
    if number == nil || number?.isZero == true { faults.amount = words.amountBad }
    let day = CivilDate(typed: date)
    if day == nil { faults.date = words.dateBad }
    if account == nil || kind == .transfer && (toAccount == nil || toAccount == account) {
      faults.account = words.accountBad
    }
    let isExchange = kind == .transfer && !toAmount.isEmpty
    let arriving = isExchange ? AmountInput(toAmount, locale)?.number : nil
    if isExchange, arriving?.isZero ?? true { faults.toAmount = words.registerWords.toAmountBad }
    let (payee, memo) = texts(words, &faults)
    let splits = kind == .transfer ? [] : parts
    let numbers = splits.map { AmountInput($0.amount, locale)?.number }
    if numbers.contains(where: { $0 == nil }) { faults.parts = words.amountBad }
    guard faults.isEmpty, let number, let day, let account else { throw faults }
    let target =
      kind == .transfer
      ? TransactionDraft.Target(transferAccountID: toAccount, transferAmount: arriving)
      : TransactionDraft.Target(categoryID: category)
    return Entry(
      account: account, date: day, amount: signed(number), payee: payee, memo: memo,
      target: target,
      parts: zip(splits, numbers).map { part, number in
        TransactionDraft.Split(
          id: part.id,
          // There is none that is nil: it would be a fault.
          amount: signed(number!), target: TransactionDraft.Target(categoryID: part.category))
      })
  }

  /// The payee and the memo as the books take them.
  func texts(_ words: Words, _ faults: inout Faults) -> (payee: String, memo: String) {
    let payee = try? FieldType<String>.line(upTo: Self.maximumPayee).read(.string(self.payee))
    let memo = try? FieldType<String>.text(upTo: Self.maximumMemo).read(.string(self.memo))
    if payee == nil { faults.payee = words.registerWords.payeeBad }
    if memo == nil { faults.memo = words.registerWords.memoBad }
    return (payee ?? "", memo ?? "")
  }

  /// What goes out is negative in the books, and positive in the form.
  private func signed(_ number: DecimalNumber) -> DecimalNumber {
    kind == .income ? number : number.negated
  }
}

extension TransactionForm.Faults {
  /// What the books say.
  init(_ error: InvalidInput, _ words: Words) {
    for fault in error.faults {
      switch fault.path.first {
      case "amount": amount = words.amountBad
      case "date": date = words.dateBad
      case "account_id", "transfer_account_id": account = words.accountBad
      case "transfer_amount": toAmount = words.registerWords.toAmountBad
      case "splits":
        // Of a part's field, or of all parts together.
        parts = fault.path.count > 1 ? words.text(Refusal(fault)) : words.splitBad
      default: general = words.text(Refusal(fault))
      }
    }
  }
}

extension DecimalNumber {
  fileprivate var negated: DecimalNumber {
    DecimalNumber(
      isNegative: !isNegative, integer: digits.map { $0 + UInt8(ascii: "0") }[...], fraction: [],
      exponent: exponent)
  }
}
