import Tenancy

/// An entry of a CAMT statement: one booking, which may stand for a batch of payments.
struct CAMTEntry {
  static let maxDetails = 10_000

  let line: Int
  /// The number of elements around its fields.
  let depth: Int
  private var amount: LocalizedNumber?
  private var amountText = ""
  private var currency: String?
  private var direction = ""
  private var isReversal = false
  private var status = ""
  private var bookingDate: String?
  private var valueDate: String?
  private var serviceReference: String?
  private var entryReference: String?
  private var information = ""
  private var details: [CAMTDetail] = []

  init(line: Int, depth: Int) {
    self.line = line
    self.depth = depth
  }

  mutating func beginDetail() throws(StatementFileError) {
    guard details.count < Self.maxDetails else {
      throw StatementFileError(
        .limitExceeded, "The entry at line \(line) has more than \(Self.maxDetails) details.")
    }
    details.append(CAMTDetail())
  }

  mutating func set(_ field: String, _ value: [UInt8], currency: String?) {
    if field.hasPrefix("NtryDtls/TxDtls/"), !details.isEmpty {
      details[details.count - 1].set(
        String(field.dropFirst("NtryDtls/TxDtls/".count)), value, currency: currency)
      return
    }
    let text = String(clean: value, limit: TextLimits.memo)
    switch field {
    case "Amt":
      amount = try? LocalizedNumber(value[...])
      amountText = text
      self.currency = currency
    case "CdtDbtInd": direction = text
    case "RvslInd": isReversal = text == "true" || text == "1"
    case "Sts", "Sts/Cd", "Sts/Prtry": status = text
    case "BookgDt/Dt", "BookgDt/DtTm": bookingDate = text
    case "ValDt/Dt", "ValDt/DtTm": valueDate = text
    case "AcctSvcrRef": serviceReference = text
    case "NtryRef": entryReference = text
    case "AddtlNtryInf": information = text
    default: break
    }
  }

  /// The rows: one for the entry, or one for each payment of a batch whose amounts add up.
  func rows() -> (rows: [StatementRow], reasons: [String]) {
    // For information only: the bank has not booked it, and never will.
    if status == "INFO" { return ([], []) }
    var reasons: [String] = []
    let date = (bookingDate ?? valueDate).flatMap { CivilDate($0.prefix(10)) }
    if date == nil {
      reasons.append(
        (bookingDate ?? valueDate).map { "BookgDt: \(String.quoted($0.utf8)) is not a date." }
          ?? "BookgDt and ValDt are missing.")
    }
    let isDebit = direction == "DBIT"
    if !isDebit, direction != "CRDT" {
      reasons.append("CdtDbtInd: \(String.quoted(direction.utf8)) is neither CRDT nor DBIT.")
    }
    let value = amount?.value(decimal: .point, negate: isDebit)
    if value == nil {
      reasons.append(
        amountText.isEmpty
          ? "Amt is missing or empty." : "Amt: \(String.quoted(amountText.utf8)) is not an amount.")
    }
    guard let date, let value, reasons.isEmpty else { return ([], reasons) }
    return (payments(of: value, date: date), [])
  }

  private func payments(of value: DecimalNumber, date: CivilDate) -> [StatementRow] {
    let amounts = details.map { $0.amount(in: currency, isDebit: direction == "DBIT") }
    var sum = DecimalSum()
    for amount in amounts { if let amount { sum.add(amount) } }
    if details.count > 1, amounts.allSatisfy({ $0 != nil }), sum.value == value {
      return zip(details, amounts).enumerated().map { index, pair in
        row(pair.1 ?? value, date: date, detail: pair.0, position: index + 1)
      }
    }
    return [row(value, date: date, detail: details.count == 1 ? details[0] : nil, position: nil)]
  }

  private func row(
    _ amount: DecimalNumber, date: CivilDate, detail: CAMTDetail?, position: Int?
  ) -> StatementRow {
    var row = StatementRow(line: line, date: date, amount: amount)
    row.currency = currency
    row.isPending = status == "PDNG"
    // Money back: the parties are those of the payment that is reversed.
    row.payee = detail?.counterparty(isCreditor: (direction == "DBIT") != isReversal) ?? ""
    let memo = detail?.memo ?? ""
    row.memo = memo.isEmpty ? information : memo
    if row.payee.isEmpty, memo.isEmpty {
      row.payee = String(clean: information, limit: TextLimits.name)
    }
    let own = serviceReference ?? entryReference
    let reference =
      position.map { position in
        detail?.identity ?? own.map { "\($0)#\(position)" }
      } ?? own ?? detail?.identity
    row.externalID = reference.map { String(clean: $0, limit: TextLimits.name) }
    row.checkNumber = detail?.checkNumber
    return row
  }

  var excerpt: String {
    String(
      clean: "\(bookingDate ?? valueDate ?? "") \(direction) \(amountText) \(information)",
      limit: TextLimits.excerpt)
  }
}
