import Tenancy

/// Reads a record as a row, without regard to the rows around it.
struct CSVRowParser {
  /// What a record is.
  enum Result {
    /// The row, and the name of its account where the file has several.
    case row(StatementRow, account: String?)
    case invalid([String])
    /// A footer, or what a bank writes below its table.
    case none
  }

  let mapping: CSVMapping
  let columns: CSVColumns

  init(_ mapping: CSVMapping) {
    self.mapping = mapping
    columns = CSVColumns(mapping)
  }

  func parse(_ record: CSVRecord) -> Result {
    var reasons = record.hasOpenQuote ? ["A quotation mark is not closed."] : []
    let extra = (mapping.columns.count..<max(record.count, mapping.columns.count)).contains {
      !record.trimmed($0).isEmpty
    }
    if extra {
      reasons.append("It has \(record.count) columns instead of \(mapping.columns.count).")
    }
    let date = date(record, &reasons)
    if date == nil, isFooter(record) || isHeader(record) { return .none }
    let amount = amount(record, &reasons)
    guard let date, let amount, !extra else { return .invalid(reasons) }
    var row = StatementRow(line: record.line, date: date, amount: amount.value)
    row.currency = currency(record) ?? amount.currency
    addTexts(of: record, to: &row)
    addTransfer(of: record, to: &row)
    row.balance = number(record, columns.balance)
    return .row(row, account: text(record, columns.account, limit: TextLimits.name))
  }

  /// A record without a date and with little else.
  private func isFooter(_ record: CSVRecord) -> Bool {
    let dated = columns.date.first.map { record.trimmed($0) } ?? []
    guard DateText(dated) == nil else { return false }
    return record.isSparse(width: mapping.columns.count)
  }

  /// The header once more, where somebody put two files together.
  private func isHeader(_ record: CSVRecord) -> Bool {
    mapping.headerLine != nil && record.count == mapping.columns.count
      && mapping.columns.indices.allSatisfy { index in
        String(clean: record.trimmed(index), limit: TextLimits.name) == mapping.columns[index].name
      }
  }

  // MARK: - Fields

  /// The text of the first of the columns that has any.
  func text(_ record: CSVRecord, _ columns: [Int], limit: Int) -> String? {
    for index in columns {
      let text = String(clean: unescaped(record.trimmed(index)), limit: limit)
      if !text.isEmpty { return text }
    }
    return nil
  }

  /// All texts of the columns, each once.
  private func texts(_ record: CSVRecord, _ columns: [Int]) -> [String] {
    var texts: [String] = []
    for index in columns {
      let text = String(clean: unescaped(record.trimmed(index)), limit: TextLimits.memo)
      if !text.isEmpty, !texts.contains(text) { texts.append(text) }
    }
    return texts
  }

  /// The text before an export guarded it from being a formula.
  private func unescaped(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard mapping.exporter == .terrace, field.first == UInt8(ascii: "'"),
      let second = field.dropFirst().first, "=+-@".utf8.contains(second)
    else { return field }
    return field.dropFirst()
  }

  private func date(_ record: CSVRecord, _ reasons: inout [String]) -> CivilDate? {
    guard let index = columns.date.first else {
      reasons.append("No column is the date.")
      return nil
    }
    let field = record.trimmed(index)
    if let date = DateText(field)?.date(mapping.dateOrder) { return date }
    reasons.append(
      field.isEmpty
        ? "\(name(index)) is empty." : "\(name(index)): \(String.quoted(field)) is not a date.")
    return nil
  }

  /// The number of a column that may be empty or hold anything.
  func number(_ record: CSVRecord, _ columns: [Int]) -> DecimalNumber? {
    guard let index = columns.first else { return nil }
    let number = try? LocalizedNumber(record.trimmed(index))
    return number?.value(preferring: mapping.decimalSeparator)
  }

  private func currency(_ record: CSVRecord) -> String? {
    guard let text = text(record, columns.currency, limit: 8) else { return nil }
    if text.utf8.count == 3, text.utf8.allSatisfy(\.isASCIILetter) { return text.uppercased() }
    return LocalizedNumber.currencyCode(text)
  }

  private func name(_ index: Int) -> String {
    let name = mapping.columns[index].name
    return name.isEmpty ? "Column \(index + 1)" : name
  }

  // MARK: - Amounts

  private func amount(
    _ record: CSVRecord, _ reasons: inout [String]
  ) -> (value: DecimalNumber, currency: String?)? {
    if let index = columns.amount.first {
      return signedAmount(record, index, &reasons)
    }
    let sides = [(columns.debit, !mapping.debitsAreSigned), (columns.credit, false)]
    var found: [(value: DecimalNumber, currency: String?)] = []
    var isReadable = true
    for (columns, negates) in sides {
      guard let index = columns.first else { continue }
      let field = record.trimmed(index)
      do throws(LocalizedNumber.Defect) {
        found.append(try amount(field, negate: negates))
      } catch .empty {
        continue
      } catch {
        reasons.append(sentence(error, index, field))
        isReadable = false
      }
    }
    guard isReadable else { return nil }
    // Many write 0.00 on the other side.
    let nonzero = found.filter { !$0.value.isZero }
    guard nonzero.count < 2, let amount = nonzero.first ?? found.first else {
      reasons.append(
        nonzero.isEmpty ? "It has no amount." : "It has an amount on both sides, out and in.")
      return nil
    }
    return amount
  }

  private func signedAmount(
    _ record: CSVRecord, _ index: Int, _ reasons: inout [String]
  ) -> (value: DecimalNumber, currency: String?)? {
    let field = record.trimmed(index)
    do throws(LocalizedNumber.Defect) {
      let amount = try amount(field, negate: mapping.invertsAmounts)
      guard let indicator = columns.indicator.first else { return amount }
      let word = String(clean: record.trimmed(indicator), limit: TextLimits.name)
      if mapping.debitWords.contains(word) {
        return (amount.value.magnitude.negated, amount.currency)
      }
      if mapping.creditWords.contains(word) { return (amount.value.magnitude, amount.currency) }
      reasons.append(
        "\(name(indicator)): \(String.quoted(word.utf8)) says neither money out nor money in.")
    } catch {
      reasons.append(sentence(error, index, field))
    }
    return nil
  }

  private func amount(
    _ field: ArraySlice<UInt8>, negate: Bool
  ) throws(LocalizedNumber.Defect) -> (value: DecimalNumber, currency: String?) {
    let number = try LocalizedNumber(field)
    guard let value = number.value(preferring: mapping.decimalSeparator, negate: negate) else {
      throw .notANumber
    }
    return (value, number.currency)
  }

  private func sentence(
    _ defect: LocalizedNumber.Defect, _ index: Int, _ field: ArraySlice<UInt8>
  ) -> String {
    switch defect {
    case .empty: "\(name(index)) is empty."
    case .tooLong: "\(name(index)): \(String.quoted(field)) has too many digits."
    case .notANumber: "\(name(index)): \(String.quoted(field)) is not an amount."
    }
  }

  // MARK: - Texts

  private func addTexts(of record: CSVRecord, to row: inout StatementRow) {
    let payee = text(record, columns.payee, limit: TextLimits.name)
    let payer = text(record, columns.payer, limit: TextLimits.name)
    row.payee = (row.amount.isNegative ? payee ?? payer : payer ?? payee) ?? ""
    row.memo = memo(record)
    let group = text(record, columns.categoryGroup, limit: TextLimits.name)
    if let category = text(record, columns.category, limit: TextLimits.name) {
      row.category = [group].compactMap(\.self) + categoryPath(category)
    }
    row.externalID = text(record, columns.externalID, limit: TextLimits.name)
    row.checkNumber = text(record, columns.checkNumber, limit: TextLimits.name)
    row.tags = tags(record)
  }

  private func memo(_ record: CSVRecord) -> String {
    let texts = texts(record, columns.memo)
    return texts.count < 2
      ? texts.first ?? "" : String(clean: texts.joined(separator: " "), limit: TextLimits.memo)
  }

  /// `Group:Category`, in our own export.
  private func categoryPath(_ text: String) -> [String] {
    guard mapping.exporter == .terrace else { return [text] }
    return text.split(separator: ":", maxSplits: 1).map {
      String(clean: String($0), limit: TextLimits.name)
    }
  }

  private func tags(_ record: CSVRecord) -> [String] {
    guard !columns.tags.isEmpty else { return [] }
    var tags: [String] = []
    for tag in texts(record, columns.tags).joined(separator: ",").split(separator: ",") {
      let tag = String(clean: String(tag), limit: TextLimits.name)
      if !tag.isEmpty, !tags.contains(tag) { tags.append(tag) }
    }
    return tags
  }

  private func addTransfer(of record: CSVRecord, to row: inout StatementRow) {
    row.transferAccount = text(record, columns.transferAccount, limit: TextLimits.name)
    guard row.transferAccount != nil || mapping.exporter == .fireflyIII else { return }
    row.transferAmount = number(record, columns.transferAmount)
    row.transferCurrency = text(record, columns.transferCurrency, limit: 8)
  }
}
