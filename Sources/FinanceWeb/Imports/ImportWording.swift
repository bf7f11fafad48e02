import Finance
import StatementFormats

/// What the domain says of a file and its rows, in the reader's language. A reason or warning that is
/// not known here stays as the domain says it.
struct ImportWording: Sendable {
  let words: ImportWords

  /// Of what is wrong with rows, so much is said.
  private static let faultsShown = 3

  func text(_ error: StatementFileError) -> String {
    switch error.code {
    case .empty: words.fileEmpty
    case .html: words.filePage
    case .pdf: words.filePDF
    case .zip, .compressed: words.filePacked
    case .spreadsheet: words.fileSpreadsheet
    case .binary, .foreignXML, .foreignJSON, .notATable: words.fileUnknown
    case .notSupported: words.fileInvestments
    case .signOnFailed, .bankError: words.fileBankFailed
    case .noTransactions: words.fileWithoutRows
    case .malformed: words.fileBroken
    case .limitExceeded: words.fileLimit
    }
  }

  func text(_ conflict: BooksConflict) -> String {
    switch conflict.kind {
    case "import-questions": words.answersMissing
    case "import-account-missing": words.importSourceMissing
    case "reconciled": words.importLocked
    case "account-closed": words.importAccountClosed
    case "import-not-a-preview": words.importNotPreview
    case "import-published": words.importIsPublished
    case "import-not-published": words.importNotPublished
    case "import-is-whole": words.fileOwnExport
    default: words.importChanged
    }
  }

  func text(_ error: InvalidInput) -> String {
    var texts: [String] = []
    for fault in error.faults {
      let found = text(of: fault)
      if !texts.contains(found) { texts.append(found) }
    }
    return texts.prefix(Self.faultsShown).joined(separator: " ")
  }

  private func text(of fault: InvalidInput.Fault) -> String {
    switch fault.path.first {
    case "rows":
      let text = fault.path.last == "transaction_id" ? words.importLinkGone : words.importRowBad
      return text.filled(fault.path.dropFirst().first ?? "")
    case "sources", "account_id": return words.importSourceGone
    case "mapping": return words.columnsBad
    case "decision", "transaction_id": return words.importDecisionBad
    default: return words.importChanged
    }
  }

  func text(_ state: ImportState) -> String {
    switch state {
    case .reading, .preview: words.statePreview
    case .published: words.statePublished
    case .reverted: words.stateReverted
    }
  }

  /// Why a row is no new one, or may be none.
  func reason(_ reason: String) -> String {
    switch reason {
    case "was imported before": words.reasonImported
    case "is the other half of a transfer that is there",
      "is the other half of a transfer that comes earlier in the file":
      words.reasonOtherHalf
    case "is like a transaction that is there": words.reasonLike
    case "differs from a row that was imported before only in digits or in its text":
      words.reasonDigits
    case "differs from another row of the file only in digits": words.reasonDigitsHere
    default: unreadable(reason)
    }
  }

  /// Why a row cannot be read: the first sign that a part of the reason has tells what it says.
  private func unreadable(_ reason: String) -> String {
    let signs: [(sign: String, text: String)] = [
      ("the amount is zero", words.reasonZero), ("is not a date.", words.reasonDate),
      ("has no date.", words.reasonDate), ("No column is the date.", words.reasonDate),
      ("BookgDt and ValDt are missing.", words.reasonDate),
      ("is not in the years", words.reasonYears), ("is not an amount.", words.reasonAmount),
      ("has no amount.", words.reasonAmount), ("has too many digits.", words.reasonAmount),
      ("the amount ", words.reasonAmount), ("empty.", words.reasonEmpty),
      ("columns instead of", words.reasonBroken), ("is not closed.", words.reasonBroken),
      ("neither money out nor money in.", words.reasonDirection),
      ("is neither CRDT nor DBIT.", words.reasonDirection),
      ("an amount on both sides", words.reasonBothSides),
      ("The splits add up to", words.reasonSplits), (", and the account in ", words.reasonCurrency),
      ("a part is the other half", words.reasonOtherHalf),
    ]
    var texts: [String] = []
    for part in reason.split(separator: "; ") {
      let found = signs.first { part.contains($0.sign) }
      if let found, !texts.contains(found.text) { texts.append(found.text) }
    }
    return texts.isEmpty ? reason : texts.joined(separator: " ")
  }

  func label(_ source: ImportSource) -> String {
    source.name ?? source.identifier ?? words.sourceFallback.filled(source.index + 1)
  }

  /// What is to be said of the file as a whole, but for its questions.
  func warnings(_ file: Import) -> [String] {
    let questions = Set(file.plan.questions.map(\.question))
    var warnings: [String] = []
    for warning in file.warnings where !questions.contains(warning) && !Self.isKnown(warning) {
      let text = note(warning)
      if !warnings.contains(text) { warnings.append(text) }
    }
    for source in file.sources {
      if source.balances == false { warnings.append(words.warnUnbalanced.filled(label(source))) }
      if source.accountID == nil { warnings.append(words.warnSource.filled(label(source))) }
    }
    if file.warnings.contains(where: Self.isOpening) { warnings.append(words.warnOpening) }
    if file.counts.invalid > 0 { warnings.append(words.warnUnreadable) }
    if file.counts.possible > 0, file.state == .preview { warnings.append(words.warnPossible) }
    return warnings
  }

  /// What the reader of a format has noted.
  func note(_ note: String) -> String {
    if note.contains("nvestment") { return words.warnInvestments }
    return note.hasPrefix("This ledger is not empty") ? words.warnLedgerInUse : note
  }

  /// Whether it is one of those that are said in the reader's language.
  private static func isKnown(_ warning: String) -> Bool {
    warning.hasSuffix(" do not add up to its closing balance.")
      || warning.hasPrefix("It is not said which account ")
      || warning.hasSuffix(" cannot be imported.") || isOpening(warning)
  }

  private static func isOpening(_ warning: String) -> Bool {
    warning.hasPrefix("Row ") && warning.contains(" is the opening balance of ")
  }
}

extension MappingQuestion {
  /// What the question shows from the file.
  var example: String { question.quoted }
}

extension String {
  /// What stands in quotation marks in it; empty if nothing does.
  var quoted: String {
    guard let open = firstIndex(of: "“"), let close = lastIndex(of: "”"), open < close else {
      return ""
    }
    return String(self[index(after: open)..<close])
  }
}
