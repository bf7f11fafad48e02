import Finance
import Tenancy

/// The form in which a statement's date and balance are typed, and the statements so far.
struct ReconciliationsPage: Sendable {
  struct Line: Sendable {
    let statement: String
    let balance: Figure
    let going: String?
    let undoing: String?
  }

  let notice: Notice?
  let title: String
  let action: String
  let cancel: String
  let typedDate: String
  let typedBalance: String
  let dateFault: String?
  let balanceFault: String?
  let generalFault: String?
  let lines: [Line]
  let isWithoutLines: Bool
  let canBegin: Bool

  /// What somebody has typed.
  struct Typed: Sendable {
    var date: String
    var balance = ""
    var dateFault: String?
    var balanceFault: String?
    var generalFault: String?

    var isFaulty: Bool { dateFault != nil || balanceFault != nil || generalFault != nil }
  }

  init(
    _ account: Account, _ past: [Reconciliation], _ typed: Typed, _ notice: Notice?,
    _ visit: LedgerVisit
  ) {
    let words = visit.words.accountWords
    self.notice = notice
    title = words.reconcileTitle.filled(account.name)
    action = visit.link("/accounts/\(account.id)/reconciliations")
    cancel = visit.link("/accounts")
    typedDate = typed.date
    typedBalance = typed.balance
    dateFault = typed.dateFault
    balanceFault = typed.balanceFault
    generalFault = typed.generalFault
    // What is locked is given back in the order of the last one first.
    let latest = past.filter(\.isFinished).max { ($0.version, $0.id) < ($1.version, $1.id) }
    lines = past.map { reconciliation in
      let path = visit.link("/accounts/\(account.id)/reconciliations/\(reconciliation.id)")
      return Line(
        statement: visit.locale.date(reconciliation.statementDate),
        balance: Figure(
          Int128(reconciliation.statementBalance), account.currency, visit.locale, symbol: true),
        going: reconciliation.isFinished || !visit.canWrite ? nil : path,
        undoing: visit.canWrite && reconciliation.id == latest?.id ? "\(path)/undo" : nil)
    }
    isWithoutLines = lines.isEmpty
    canBegin = visit.canWrite && account.closedOn == nil
  }
}

/// A statement that is under way: what is ticked, and what is missing.
struct ReconciliationPage: Sendable {
  struct Line: Sendable {
    let id: Int64
    let day: String
    let title: String
    let about: String
    let amount: Figure
    let isTicked: Bool
    let isLocked: Bool
  }

  let title: String
  let action: String
  let abandoning: String
  let back: String
  let statement: String
  let isOpen: Bool
  let finishedText: String
  let stated: Figure
  let ticked: Figure
  let missing: Figure
  let isBalanced: Bool
  let generalFault: String?
  let lines: [Line]
  let isWithoutLines: Bool
  let hasOlder: Bool
  let shown: String
  let canTick: Bool

  /// - Parameter open: the transactions up to the statement's date that are not reconciled, the newest
  ///   first, seen from the account.
  init(
    _ reconciliation: Reconciliation, _ account: Account, open: OpenTransactions,
    fault: String?, _ visit: LedgerVisit
  ) {
    let (words, locale) = (visit.words.accountWords, visit.locale)
    title = words.reconcileTitle.filled(account.name)
    back = visit.link("/accounts/\(account.id)/reconciliations")
    action = "\(back)/\(reconciliation.id)"
    abandoning = "\(action)/undo"
    statement = locale.date(reconciliation.statementDate)
    isOpen = !reconciliation.isFinished
    finishedText = words.finishedLead.filled(locale.date(reconciliation.statementDate))
    func figure(_ amount: Int128) -> Figure {
      Figure(amount, account.currency, locale, symbol: true)
    }
    stated = figure(Int128(reconciliation.statementBalance))
    ticked = figure(reconciliation.clearedBalance)
    missing = figure(reconciliation.difference)
    isBalanced = reconciliation.difference == 0
    generalFault = fault
    lines = open.transactions.map { Line($0, account, visit) }
    isWithoutLines = lines.isEmpty
    hasOlder = open.hasOlder
    shown = lines.filter { !$0.isLocked }.map { String($0.id) }.joined(separator: " ")
    canTick = visit.canWrite
  }
}

extension ReconciliationPage.Line {
  fileprivate init(_ transaction: Transaction, _ account: Account, _ visit: LedgerVisit) {
    id = transaction.id
    day = visit.locale.day(transaction.date)
    let memo = transaction.memo.isEmpty ? nil : transaction.memo
    let isTransfer = transaction.parts.contains { $0.transfer != nil }
    title =
      transaction.payee?.name ?? memo
      ?? (isTransfer ? visit.words.kindTransfer : visit.words.noCategory)
    // The other account's reconciliation has locked all of it.
    isLocked = transaction.isReconciled
    about =
      isLocked ? visit.words.accountWords.tickLocked : transaction.payee == nil ? "" : memo ?? ""
    amount = Figure(
      Int128(transaction.money.minorUnits), account.currency, visit.locale, plus: true)
    isTicked = transaction.status != .pending
  }
}
