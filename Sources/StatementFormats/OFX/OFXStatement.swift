import Tenancy

/// What an OFX statement tells of its account.
struct OFXStatement {
  private(set) var source = StatementSource(index: 0)
  /// The aggregate that fields belong to.
  var aggregate: String?
  private var balanceDate: CivilDate?

  mutating func set(_ field: String, _ value: [UInt8]) {
    let text = String(clean: value, limit: TextLimits.name)
    switch (aggregate, field) {
    case ("LEDGERBAL", "BALAMT"):
      let amount = (try? LocalizedNumber(value[...]))?.valueWithoutGroups()
      source.closing = amount.map { StatementSource.Balance(amount: $0, date: balanceDate) }
    case ("LEDGERBAL", "DTASOF"):
      balanceDate = OFXDate.read(text)
      source.closing?.date = balanceDate
    case ("BANKACCTFROM", "ACCTID"), ("CCACCTFROM", "ACCTID"): source.identifier = text
    case (_, "CURDEF"): source.currency = text.uppercased()
    case (_, "DTSTART"): source.start = OFXDate.read(text)
    case (_, "DTEND"): source.end = OFXDate.read(text)
    default: break
    }
  }
}

/// The outcome of a request, as the bank tells it.
struct OFXStatus {
  private var code = ""
  private var severity = ""
  private var message = ""

  mutating func set(_ field: String, _ value: [UInt8]) {
    let text = String(clean: value, limit: TextLimits.name)
    switch field {
    case "CODE": code = text
    case "SEVERITY": severity = text.uppercased()
    case "MESSAGE": message = text
    default: break
    }
  }

  var isError: Bool { severity == "ERROR" && code != "0" }

  var sentence: String { message.isEmpty ? "code \(code)." : "\(message) (code \(code))." }
}
