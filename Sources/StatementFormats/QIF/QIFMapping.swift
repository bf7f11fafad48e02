/// How the dates and numbers of a QIF file are read. Its JSON is part of the API.
package struct QIFMapping: Codable, Hashable, Sendable {
  package var dateOrder: DateOrder
  package var decimalSeparator: DecimalSeparator
  /// What the file does not tell.
  package var questions: [MappingQuestion]

  package init(
    dateOrder: DateOrder, decimalSeparator: DecimalSeparator, questions: [MappingQuestion] = []
  ) {
    self.dateOrder = dateOrder
    self.decimalSeparator = decimalSeparator
    self.questions = questions
  }

  enum CodingKeys: String, CodingKey {
    case dateOrder = "date_order"
    case decimalSeparator = "decimal_separator"
    case questions
  }

  package static let editableFields: Set<String> = ["date_order", "decimal_separator"]

  /// The mapping without the questions about fields that somebody has set.
  package func answered(_ fields: Set<String>) -> QIFMapping {
    var mapping = self
    mapping.questions.removeAll { fields.contains($0.field) }
    return mapping
  }
}

/// Collects what the dates and amounts of a QIF file look like.
struct QIFProfile {
  private var scanner = QIFScanner()
  private var dates = DateEvidence()
  private var numbers = NumberEvidence()

  mutating func read(_ text: ArraySlice<UInt8>) throws(StatementFileError) {
    for item in try scanner.read(text) { add(item) }
  }

  private mutating func add(_ item: QIFScanner.Item) {
    guard case .record(let record) = item else { return }
    if !record.date.isEmpty { dates.add(record.date[...]) }
    if !record.amount.isEmpty { numbers.add(record.amount[...]) }
    for split in record.splits where !split.amount.isEmpty { numbers.add(split.amount[...]) }
  }

  mutating func mapping() -> QIFMapping {
    for item in scanner.finish() { add(item) }
    let separator = numbers.separator ?? .point
    // Quicken is American, and so is its order where the file does not tell.
    let date = dates.decided(prefersMonthFirst: true)
    var questions = [date.question].compactMap(\.self)
    if numbers.isOpen, let example = numbers.ambiguous {
      questions.append(.decimalSeparator(example: example, default: separator))
    }
    return QIFMapping(
      dateOrder: date.value, decimalSeparator: separator, questions: questions)
  }
}
