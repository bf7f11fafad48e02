import Finance
import Tenancy

/// A row of a file, and what becomes of it.
struct ImportRowLine: Sendable {
  struct Decision: Sendable {
    let decision: String
    let label: String
  }

  /// What rows are described with.
  struct Names: Sendable {
    let accounts: [Int64: String]
    /// Whether the file has rows of several accounts.
    let hasSeveral: Bool
    let visit: LedgerVisit
  }

  let n: Int
  let title: String
  let day: String
  let about: String
  let fate: String
  let isOut: Bool
  let isDoubtful: Bool
  let reasonText: String?
  let amount: Figure?
  let transactionLink: String?
  let deciding: String?
  let decisions: [Decision]

  init(_ row: ImportRow, of file: Import, _ names: Names) {
    let visit = names.visit
    let words = visit.words.importWords
    let effective = row.decision ?? (row.state == .new ? .import : .skip)
    n = row.n
    let payee = row.payee.isEmpty ? row.memo : row.payee
    let text = row.details.text ?? ""
    title = payee.isEmpty ? (text.isEmpty ? words.rowLine.filled(row.line) : text) : payee
    day = row.date.map(visit.locale.date) ?? ""
    about = Self.about(row, names)
    isOut = effective == .skip
    isDoubtful = row.isPossible && row.decision == nil && file.state == .preview
    switch effective {
    case .import: fate = file.state == .published ? words.fateImported : words.fateImport
    case .skip: fate = words.fateSkip
    case .link: fate = words.fateLink
    }
    reasonText = row.reason.map { ImportWording(words: words).reason($0) }
    amount = row.money.map { money in
      Figure(
        Int128(money.minorUnits), money.currency, visit.locale,
        symbol: money.currency != visit.ledger.currency, plus: true)
    }
    // What is taken back is no more.
    transactionLink =
      file.state == .reverted
      ? nil : row.transactionID.map { visit.link("/transactions/\($0)") }
    let isOpen =
      file.state == .preview && visit.canWrite && row.state != .invalid
      && file.plan.format != .terraceJSON
    deciding = isOpen ? visit.link("/imports/\(file.id)/rows/\(row.n)") : nil
    let possible: [(ImportDecision, String, Bool)] = [
      (.import, words.takeIn, true), (.link, words.sameOne, row.transactionID != nil),
      (.skip, words.leaveOut, true),
    ]
    decisions = possible.filter { $0.2 && $0.0 != effective }.map { decision, label, _ in
      Decision(decision: decision.rawValue, label: label)
    }
  }

  /// Line, category or the other account, and the account where there are several.
  private static func about(_ row: ImportRow, _ names: Names) -> String {
    let words = names.visit.words
    var parts = [words.importWords.rowLine.filled(row.line)]
    if let other = row.transferAccountID.flatMap({ names.accounts[$0] }) {
      parts.append("\(words.kindTransfer): \(other)")
    } else if row.details.parts.count > 1 {
      parts.append(words.splitOf.filled(row.details.parts.count))
    } else if !row.details.category.isEmpty {
      parts.append(row.details.category.joined(separator: ": "))
    }
    if !row.payee.isEmpty, !row.memo.isEmpty { parts.append(row.memo) }
    if names.hasSeveral, let account = row.accountID.flatMap({ names.accounts[$0] }) {
      parts.append(account)
    }
    return parts.joined(separator: " · ")
  }
}
