import Finance
import Tenancy

/// The list of accounts.
struct AccountsPage: Sendable {
  struct Line: Sendable {
    let name: String
    let register: String
    let kindName: String
    let state: String
    let balance: Figure
    /// What is in it without what is pending, where that is something else.
    let clearedText: String?
    let reconciling: String?
    let changing: String
  }

  struct Group: Sendable {
    let groupName: String
    /// In the ledger's currency; nil if something in it is in another.
    let sum: Figure?
    let lines: [Line]
  }

  let notice: Notice?
  let groups: [Group]
  let closed: [Line]
  let hasClosed: Bool
  let isEmpty: Bool
  let adding: String?

  init(
    _ accounts: [Account], reconciled: [Int64: CivilDate], _ notice: Notice?, _ visit: LedgerVisit
  ) {
    let words = visit.words.accountWords
    self.notice = notice
    let open = accounts.filter { $0.closedOn == nil }
    func line(_ account: Account) -> Line { Line(account, reconciled[account.id], visit) }
    groups = [(words.youHave, false), (words.youOwe, true)].compactMap { name, isDebt -> Group? in
      let members = open.filter { $0.type.isDebt == isDebt }
      guard !members.isEmpty else { return nil }
      let isPlain = members.allSatisfy { $0.currency == visit.ledger.currency }
      let sum = members.reduce(Int128(0)) { $0 + $1.balance }
      return Group(
        groupName: name,
        sum: isPlain ? Figure(sum, visit.ledger.currency, visit.locale, symbol: true) : nil,
        lines: members.map(line))
    }
    closed = accounts.filter { $0.closedOn != nil }.map(line)
    hasClosed = !closed.isEmpty
    isEmpty = accounts.isEmpty
    adding = visit.canWrite ? visit.link("/accounts/new") : nil
  }
}

extension AccountsPage.Line {
  fileprivate init(_ account: Account, _ reconciled: CivilDate?, _ visit: LedgerVisit) {
    let (words, locale) = (visit.words.accountWords, visit.locale)
    name = account.name
    register = visit.link("/transactions?account=\(account.id)")
    kindName = account.type.label(words)
    if let closedOn = account.closedOn {
      state = words.closedSince.filled(locale.date(closedOn))
    } else {
      state =
        reconciled.map { words.sinceReconciled.filled(locale.date($0)) } ?? words.neverReconciled
    }
    balance = Figure(
      account.balance, account.currency, locale,
      symbol: account.currency != visit.ledger.currency,
      link: visit.link("/transactions?account=\(account.id)"))
    clearedText =
      account.clearedBalance == account.balance
      ? nil
      : words.clearedBalance.filled(locale.number(account.clearedBalance, account.currency))
    reconciling =
      visit.canWrite && account.closedOn == nil
      ? visit.link("/accounts/\(account.id)/reconciliations") : nil
    changing = visit.link("/accounts/\(account.id)")
  }
}
