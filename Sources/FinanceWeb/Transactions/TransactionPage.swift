import Finance
import Tenancy

/// The form of a transaction.
struct TransactionPage: Sendable {
  /// What can be chosen.
  struct Options: Sendable {
    let accounts: [Account]
    let categories: [Category]
    let payees: [Payee]
  }

  struct PayeeOption: Sendable {
    let name: String
    let lastCategory: String
  }

  struct PartField: Sendable {
    let index: Int
    let number: Int
    let partID: String
    let partAmount: String
    /// What it is without a category: a transfer, if it is one.
    let partNone: String
    let partChoices: [Choice]
  }

  let notice: Notice?
  let action: String
  let deleting: String?
  let title: String
  let isNew: Bool
  /// Says that what is sent twice is one.
  var key = ""
  let isExpense: Bool
  let isIncome: Bool
  let isTransfer: Bool
  let typedAmount: String
  let date: String
  let accountChoices: [Choice]
  let toChoices: [Choice]
  let toAmount: String
  let payee: String
  let payeeOptions: [PayeeOption]
  let categoryChoices: [Choice]
  let memo: String
  let partFields: [PartField]
  let isSplit: Bool
  let generalFault: String?
  let amountFault: String?
  let dateFault: String?
  let accountFault: String?
  let toAmountFault: String?
  let payeeFault: String?
  let memoFault: String?
  let partsFault: String?
  let isLocked: Bool
  let isEditable: Bool
  let cancel: String
  let currency: String

  /// Parts that are empty, to be filled.
  private static let spareParts = 3

  init(
    _ form: TransactionForm, _ transaction: Transaction?, _ faults: TransactionForm.Faults,
    _ options: Options, _ notice: Notice?, _ visit: LedgerVisit
  ) {
    self.notice = notice
    isNew = transaction == nil
    let path = transaction.map { visit.link("/transactions/\($0.id)") }
    action = path ?? visit.link("/transactions")
    isLocked = transaction?.isReconciled ?? false
    isEditable = visit.canWrite && !isLocked
    deleting = isEditable ? path.map { "\($0)/delete" } : nil
    title = isNew ? visit.words.addTransaction : visit.words.editTransaction
    isExpense = form.kind == .expense
    isIncome = form.kind == .income
    isTransfer = form.kind == .transfer
    typedAmount = form.amount
    date = form.date
    let chosen = form.account ?? options.accounts.first { $0.closedOn == nil }?.id
    accountChoices = Choice.accounts(options.accounts, chosen: chosen)
    toChoices = Choice.accounts(options.accounts, chosen: form.toAccount)
    toAmount = form.toAmount
    payee = form.payee
    let open = Set(options.categories.filter { !$0.isArchived }.map(\.id))
    payeeOptions = options.payees.map { payee in
      let last = payee.lastCategoryID.flatMap { open.contains($0) ? String($0) : nil }
      return PayeeOption(name: payee.name, lastCategory: last ?? "")
    }
    categoryChoices = Choice.categories(options.categories, chosen: form.category)
    memo = form.memo
    let parts =
      form.parts + Array(repeating: TransactionForm.Part(), count: Self.spareParts)
    partFields = parts.enumerated().map { index, part in
      PartField(
        index: index, number: index + 1, partID: part.id.map(String.init) ?? "",
        partAmount: part.amount,
        partNone: transaction.flatMap { Self.transfer(part.id, of: $0, options, visit.words) }
          ?? visit.words.noCategory,
        partChoices: Choice.categories(options.categories, chosen: part.category))
    }
    isSplit = !form.parts.isEmpty
    generalFault = faults.general
    amountFault = faults.amount
    dateFault = faults.date
    accountFault = faults.account
    toAmountFault = faults.toAmount
    payeeFault = faults.payee
    memoFault = faults.memo
    partsFault = faults.parts
    cancel = visit.link("/transactions")
    currency =
      options.accounts.first { $0.id == chosen }?.currency.code ?? visit.ledger.currency.code
  }

  /// What says where a part goes that is a transfer.
  private static func transfer(
    _ id: Int64?, of transaction: Transaction, _ options: Options, _ words: Words
  ) -> String? {
    guard transaction.isSplit, let part = transaction.parts.first(where: { $0.id == id }),
      let transfer = part.transfer
    else { return nil }
    let other = options.accounts.first { $0.id == transfer.accountID }?.name ?? ""
    return (part.money.minorUnits < 0 ? words.transferTo : words.transferFrom).filled(other)
  }
}
