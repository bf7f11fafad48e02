import Finance
import Tenancy

/// The form of an account.
struct AccountPage: Sendable {
  let notice: Notice?
  let title: String
  let action: String
  let cancel: String
  let isNew: Bool
  let isEditable: Bool
  let typedName: String
  let typeChoices: [Choice]
  let typedCurrency: String
  let typedBalance: String
  let typedDate: String
  let typedNote: String
  let generalFault: String?
  let nameFault: String?
  let currencyFault: String?
  let balanceFault: String?
  let dateFault: String?
  let noteFault: String?
  let closing: Closing?
  let reopening: String?
  let isClosed: Bool
  let closedText: String

  /// The form that closes the account.
  struct Closing: Sendable {
    let closeAction: String
    let lastDay: String
    let closeFault: String?
  }

  init(
    _ form: AccountForm, _ account: Account?, _ faults: AccountForm.Faults, _ notice: Notice?,
    _ visit: LedgerVisit
  ) {
    let words = visit.words.accountWords
    self.notice = notice
    let path = account.map { visit.link("/accounts/\($0.id)") }
    title = account?.name ?? words.newAccount
    action = path ?? visit.link("/accounts")
    cancel = visit.link("/accounts")
    isNew = account == nil
    isEditable = visit.canWrite
    typedName = form.name
    typeChoices = AccountType.allCases.map { type in
      Choice(value: type.rawValue, label: type.label(words), isChosen: type == form.type)
    }
    typedCurrency = form.currency.isEmpty ? visit.ledger.currency.code : form.currency
    typedBalance = form.balance
    typedDate = form.date
    typedNote = form.note
    generalFault = faults.general
    nameFault = faults.name
    currencyFault = faults.currency
    balanceFault = faults.balance
    dateFault = faults.date
    noteFault = faults.note
    let isOpen = account?.closedOn == nil
    closing = path.flatMap { path in
      isOpen && visit.canWrite
        ? Closing(
          closeAction: "\(path)/close", lastDay: visit.today.description,
          closeFault: faults.closing) : nil
    }
    reopening = isOpen || !visit.canWrite ? nil : path.map { "\($0)/reopen" }
    isClosed = !isOpen
    closedText = account?.closedOn.map { words.closedSince.filled(visit.locale.date($0)) } ?? ""
  }
}

extension AccountType {
  /// What people call it.
  func label(_ words: AccountWords) -> String {
    switch self {
    case .checking: words.typeChecking
    case .savings: words.typeSavings
    case .cash: words.typeCash
    case .creditCard: words.typeCreditCard
    case .loan: words.typeLoan
    case .investment: words.typeInvestment
    case .asset: words.typeAsset
    case .liability: words.typeLiability
    }
  }

  /// Whether what is in it is owed.
  var isDebt: Bool { [.creditCard, .loan, .liability].contains(self) }
}
