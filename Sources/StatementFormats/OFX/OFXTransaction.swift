import Tenancy

/// The fields of an OFX transaction, as they are in the file.
struct OFXTransaction {
  let line: Int
  private var fields: [String: String] = [:]

  init(line: Int) {
    self.line = line
  }

  /// Keeps the first value of a field that a row is made of.
  mutating func set(_ field: String, _ value: [UInt8]) {
    guard Self.known.contains(field), fields[field] == nil else { return }
    let text = String(clean: value, limit: TextLimits.memo)
    if !text.isEmpty { fields[field] = text }
  }

  private static let known: Set<String> = [
    "TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "CHECKNUM", "NAME", "EXTDNAME", "MEMO", "CURSYM",
  ]

  func row() -> (row: StatementRow?, reasons: [String]) {
    var reasons: [String] = []
    let date = fields["DTPOSTED"].flatMap(OFXDate.read)
    if date == nil { reasons.append(reason("DTPOSTED", "date")) }
    let number = fields["TRNAMT"].flatMap { try? LocalizedNumber(Array($0.utf8)[...]) }
    let amount = number?.valueWithoutGroups()
    if amount == nil { reasons.append(reason("TRNAMT", "amount")) }
    guard let date, let amount else { return (nil, reasons) }
    var row = StatementRow(line: line, date: date, amount: amount)
    let memo = fields["MEMO"] ?? ""
    let name = fields["NAME"] ?? fields["EXTDNAME"]
    row.payee = String(clean: name ?? memo, limit: TextLimits.name)
    row.memo = name == nil && memo.unicodeScalars.count <= TextLimits.name ? "" : memo
    row.externalID = fields["FITID"].map { String(clean: $0, limit: TextLimits.name) }
    row.checkNumber = fields["CHECKNUM"].map { String(clean: $0, limit: TextLimits.name) }
    row.currency = fields["CURSYM"].map { $0.uppercased() }
    return (row, [])
  }

  private func reason(_ field: String, _ kind: String) -> String {
    guard let text = fields[field] else { return "\(field) is missing or empty." }
    return
      "\(field): \(String.quoted(text.utf8)) is not \(kind == "date" ? "a date" : "an amount")."
  }

  var excerpt: String {
    let text = fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return String(clean: text.joined(separator: " | "), limit: TextLimits.excerpt)
  }
}

/// A date as OFX writes it: `20240131235959.000[-5:EST]`. The date is the one written.
enum OFXDate {
  static func read(_ text: String) -> CivilDate? {
    let digits = Array(text.utf8.prefix(8))
    guard let number = Int(asciiDigits: digits[...]), digits.count == 8 else {
      return CivilDate(text.prefix(10))
    }
    return CivilDate(year: number / 10000, month: number / 100 % 100, day: number % 100)
  }
}
