import Tenancy

/// Reads QIF: bank accounts, cards, cash and other assets and liabilities.
struct QIFReader: StatementFormatReader {
  private let mapping: QIFMapping
  private var scanner = QIFScanner()
  private var sources = SourceRegister()
  private var transfers = TransferPairs()
  private var account: String?
  private var hasInvestments = false

  init(mapping: QIFMapping) {
    self.mapping = mapping
  }

  mutating func read(
    _ text: ArraySlice<UInt8>, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    for item in try scanner.read(text) { try handle(item, into: &events) }
  }

  mutating func finish(into events: inout [StatementEvent]) throws(StatementFileError) {
    for item in scanner.finish() { try handle(item, into: &events) }
    if sources.hasNoRows {
      guard !hasInvestments else {
        throw StatementFileError(
          .notSupported, "The file has investments only, which are not read.")
      }
      throw .noTransactions(of: account)
    }
    sources.finish(into: &events)
  }

  private mutating func handle(
    _ item: QIFScanner.Item, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    switch item {
    case .account(let name): account = name
    case .investments:
      if !hasInvestments { events.append(.note("A list of investments was left out.")) }
      hasInvestments = true
    case .record(let record): try add(record, into: &events)
    }
  }

  private mutating func add(
    _ record: QIFRecord, into events: inout [StatementEvent]
  ) throws(StatementFileError) {
    let (found, reasons) = row(record)
    guard var row = found else {
      let source = try sources.index(ofName: account, into: &events)
      sources.add(
        InvalidRow(source: source, line: record.line, reasons: reasons, text: record.excerpt),
        into: &events)
      return
    }
    // Quicken names an account without a list by the transfer of its opening balance.
    let isOpening = row.payee == "Opening Balance"
    if isOpening, account == nil, sources.count == 0 { account = row.transferAccount }
    if isOpening || row.transferAccount == account { row.transferAccount = nil }
    row.isOpening = isOpening
    row.source = try sources.index(ofName: account, into: &events)
    transfers.mark(&row, account: account)
    sources.add(row, into: &events)
  }

  private func row(_ record: QIFRecord) -> (StatementRow?, [String]) {
    var reasons: [String] = []
    let date = DateText(record.date[...])?.date(mapping.dateOrder)
    if date == nil { reasons.append(Self.reason("D", record.date, "a date")) }
    let amount = amount(record.amount)
    if amount == nil { reasons.append(Self.reason("T", record.amount, "an amount")) }
    let parts = parts(record, total: amount, &reasons)
    guard let date, let amount, reasons.isEmpty else { return (nil, reasons) }
    var row = StatementRow(line: record.line, date: date, amount: amount)
    row.payee = String(clean: record.payee, limit: TextLimits.name)
    row.memo = String(clean: record.memo, limit: TextLimits.memo)
    let number = String(clean: record.number, limit: TextLimits.name)
    row.checkNumber = number.utf8.contains(where: \.isASCIIDigit) ? number : nil
    if parts.count > 1 {
      row.parts = parts
    } else {
      let place = QIFPlace(parts.isEmpty ? record.category : record.splits[0].category)
      row.category = place.category
      row.transferAccount = place.account
      row.tags = place.tags
    }
    return (row, [])
  }

  private func amount(_ bytes: [UInt8]) -> DecimalNumber? {
    (try? LocalizedNumber(bytes[...]))?.value(preferring: mapping.decimalSeparator)
  }

  private static func reason(_ field: String, _ bytes: [UInt8], _ kind: String) -> String {
    bytes.isEmpty
      ? "\(field) is missing or empty." : "\(field): \(String.quoted(bytes)) is not \(kind)."
  }

  private func parts(
    _ record: QIFRecord, total: DecimalNumber?, _ reasons: inout [String]
  ) -> [StatementPart] {
    var parts: [StatementPart] = []
    var sum = DecimalSum()
    for split in record.splits {
      guard let amount = amount(split.amount) else {
        reasons.append(Self.reason("$", split.amount, "an amount"))
        return []
      }
      sum.add(amount)
      let place = QIFPlace(split.category)
      var part = StatementPart(amount: amount)
      part.category = place.category
      part.transferAccount = place.account
      part.memo = String(clean: split.memo, limit: TextLimits.memo)
      parts.append(part)
    }
    if let total, let added = sum.value, !parts.isEmpty, added != total {
      reasons.append("The splits add up to \(added.plainText), not to \(total.plainText).")
    }
    return parts
  }
}

/// What an `L` or `S` line names: `Food:Groceries`, `[Savings]`, each with `/Class` after it.
struct QIFPlace {
  private(set) var category: [String] = []
  private(set) var account: String?
  private(set) var tags: [String] = []

  init(_ bytes: [UInt8]) {
    let text = String(clean: bytes, limit: 2 * TextLimits.name)
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      account = String(
        clean: String(text[text.index(after: text.startIndex)..<end]), limit: TextLimits.name)
      tags = Self.tags(text[text.index(after: end)...])
    } else if text != "--Split--" {
      let end = text.firstIndex(of: "/") ?? text.endIndex
      category = text[..<end].split(separator: ":").map {
        String(clean: String($0), limit: TextLimits.name)
      }.filter { !$0.isEmpty }
      tags = Self.tags(text[end...])
    }
  }

  private static func tags(_ text: Substring) -> [String] {
    text.split(whereSeparator: { $0 == "/" || $0 == ":" }).map {
      String(clean: String($0), limit: TextLimits.name)
    }.filter { !$0.isEmpty }
  }
}
