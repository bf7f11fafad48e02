import Tenancy

/// What a CAMT statement tells of its account.
struct CAMTStatement {
  /// The number of elements around its fields.
  let depth: Int
  private(set) var source = StatementSource(index: 0)
  private var hasOpening = false

  init(depth: Int) {
    self.depth = depth
  }

  mutating func set(_ field: String, _ value: [UInt8]) {
    let text = String(clean: value, limit: TextLimits.name)
    switch field {
    case "Acct/Id/IBAN", "Acct/Id/Othr/Id": source.identifier = source.identifier ?? text
    case "Acct/Ccy": source.currency = text
    case "Acct/Nm": source.name = text
    case "FrToDt/FrDtTm", "FrToDt/FrDt": source.start = CivilDate(text.prefix(10))
    case "FrToDt/ToDtTm", "FrToDt/ToDt": source.end = CivilDate(text.prefix(10))
    default: break
    }
  }

  mutating func add(_ balance: CAMTBalance) {
    switch balance.kind {
    case "OPBD" where !hasOpening:
      source.opening = balance.value
      hasOpening = true
    // The closing balance of the day before, where no opening balance is told.
    case "PRCD" where !hasOpening: source.opening = source.opening ?? balance.value
    case "CLBD": source.closing = balance.value
    default: break
    }
  }
}

struct CAMTBalance {
  private(set) var kind = ""
  private var amount: LocalizedNumber?
  private var isDebit = false
  private var date: CivilDate?

  mutating func set(_ field: String, _ value: [UInt8]) {
    let text = String(clean: value, limit: TextLimits.name)
    switch field {
    case "Bal/Tp/CdOrPrtry/Cd": kind = text
    case "Bal/Amt": amount = try? LocalizedNumber(value[...])
    case "Bal/CdtDbtInd": isDebit = text == "DBIT"
    case "Bal/Dt/Dt", "Bal/Dt/DtTm": date = CivilDate(text.prefix(10))
    default: break
    }
  }

  var value: StatementSource.Balance? {
    amount?.value(decimal: .point, negate: isDebit).map {
      StatementSource.Balance(amount: $0, date: date)
    }
  }
}
