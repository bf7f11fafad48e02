import Tenancy

/// A `:61:` with its `:86:`.
///
/// `2611281128DR12,50NMSCNONREF//B123`: value date, entry date, mark, funds code, amount, kind, the
/// customer's reference, the bank's.
struct MT940Transaction {
  let line: Int
  /// The lines of `:86:`.
  var information: [[UInt8]] = []
  private let statement: [UInt8]
  private let supplement: [[UInt8]]

  init(_ field: MT940Field) {
    line = field.line
    statement = field.lines.first ?? []
    supplement = Array(field.lines.dropFirst())
  }

  func row() -> (row: StatementRow?, reasons: [String]) {
    var rest = statement[...].trimmingSpaces
    var reasons: [String] = []
    let date = Self.date(&rest)
    if date == nil { reasons.append(":61: \(excerpt(statement.prefix(10))) has no date.") }
    let amount = Self.amount(&rest)
    if amount == nil { reasons.append(":61: \(excerpt(statement)) has no amount.") }
    guard let date, let amount else { return (nil, reasons) }
    var row = StatementRow(line: line, date: date, amount: amount)
    let information =
      information.isEmpty ? MT940Information(free: supplement) : MT940Information(information)
    row.payee = information.payee
    row.memo = information.memo
    row.externalID = Self.bankReference(rest)
    return (row, [])
  }

  private func excerpt(_ bytes: some Collection<UInt8>) -> String { String.quoted(bytes) }

  var excerpt: String {
    String(
      clean: Array(([statement] + information).joined(separator: [UInt8(ascii: " ")])),
      limit: TextLimits.excerpt)
  }

  /// The entry date, as banks print statements; the value date where there is none.
  private static func date(_ rest: inout ArraySlice<UInt8>) -> CivilDate? {
    let value = MT940Date.full(rest.prefix(6))
    guard rest.prefix(6).allSatisfy(\.isASCIIDigit) else { return nil }
    rest = rest.dropFirst(6)
    let entry = rest.prefix(4)
    guard entry.count == 4, entry.allSatisfy(\.isASCIIDigit) else { return value }
    rest = rest.dropFirst(4)
    return value.flatMap { MT940Date.short(entry, near: $0) ?? $0 }
  }

  /// C and D, or RC and RD for what is taken back; a letter of the currency may follow.
  private static func amount(_ rest: inout ArraySlice<UInt8>) -> DecimalNumber? {
    var mark = Array(rest.prefix { $0.isASCIILetter })
    rest = rest.dropFirst(mark.count)
    let isReversal = mark.count > 1 && mark[0] == UInt8(ascii: "R")
    if isReversal { mark.removeFirst() }
    let digits = rest.prefix {
      $0.isASCIIDigit || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".")
    }
    rest = rest.dropFirst(digits.count)
    guard let side = mark.first, side == UInt8(ascii: "C") || side == UInt8(ascii: "D") else {
      return nil
    }
    let isDebit = (side == UInt8(ascii: "D")) != isReversal
    return (try? LocalizedNumber(digits))?.valueWithoutGroups(negate: isDebit)
  }

  private static func bankReference(_ rest: ArraySlice<UInt8>) -> String? {
    let slash = UInt8(ascii: "/")
    let mark = rest.indices.dropLast().first { rest[$0] == slash && rest[$0 + 1] == slash }
    guard let mark else { return nil }
    let reference = String(clean: rest[(mark + 2)...], limit: TextLimits.name)
    return reference.isEmpty || reference == "NONREF" ? nil : reference
  }
}
