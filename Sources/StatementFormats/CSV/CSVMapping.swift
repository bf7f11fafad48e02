/// How the columns of a CSV file are read. It is guessed from the whole file, shown to a person, and
/// may be changed; its JSON is part of the API.
package struct CSVMapping: Codable, Hashable, Sendable {
  package struct Column: Codable, Hashable, Sendable {
    /// The header's text, or nothing.
    package var name: String
    /// Nil for a column that is not read.
    package var role: CSVRole?

    package init(name: String, role: CSVRole? = nil) {
      self.name = name
      self.role = role
    }
  }

  package var separator: CSVSeparator
  /// The line of the header, from 1; nil if there is none.
  package var headerLine: Int?
  /// The first line with a transaction. What is before it is not read.
  package var firstLine: Int
  package var columns: [Column]
  package var dateOrder: DateOrder
  package var decimalSeparator: DecimalSeparator
  /// The words in the indicator's column that mean money out, and in.
  package var debitWords: [String]
  package var creditWords: [String]
  /// Whether the column for money out has negative numbers, so that they are taken as they are.
  package var debitsAreSigned: Bool
  /// Whether a positive amount is money out, as some credit cards have it.
  package var invertsAmounts: Bool
  /// The system whose export this is; its transfers and splits are read as it writes them.
  package var exporter: CSVExporter?
  /// The names of the accounts in the file.
  package var accounts: [String]
  /// What the file does not tell. Each names a field of this mapping, which has a default until
  /// somebody sets it.
  package var questions: [MappingQuestion]

  enum CodingKeys: String, CodingKey {
    case separator
    case headerLine = "header_line"
    case firstLine = "first_line"
    case columns
    case dateOrder = "date_order"
    case decimalSeparator = "decimal_separator"
    case debitWords = "debit_words"
    case creditWords = "credit_words"
    case debitsAreSigned = "debits_are_signed"
    case invertsAmounts = "inverts_amounts"
    case exporter
    case accounts
    case questions
  }

  /// The names of the JSON fields that a person may set.
  package static let editableFields: Set<String> = [
    "separator", "header_line", "first_line", "columns", "date_order", "decimal_separator",
    "debit_words", "credit_words", "debits_are_signed", "inverts_amounts",
  ]

  /// The columns with the role, in the file's order.
  func columns(with role: CSVRole) -> [Int] {
    columns.indices.filter { columns[$0].role == role }
  }

  /// What identifies a file of the same kind, for mappings that are remembered: its header.
  package var fingerprint: String {
    var hash = StableHash()
    hash.add(separator.rawValue)
    for column in columns { hash.add(HeaderText.folded(column.name)) }
    return hash.hex
  }

  /// The mapping without the questions about fields that somebody has set.
  package func answered(_ fields: Set<String>) -> CSVMapping {
    var mapping = self
    mapping.questions.removeAll { fields.contains($0.field) }
    return mapping
  }
}

/// Something that a file does not tell, for a person to answer.
package struct MappingQuestion: Codable, Hashable, Sendable {
  /// The name of the field in the mapping's JSON.
  package var field: String
  /// One sentence with an example from the file.
  package var question: String
  /// The values that fit the file; empty where it is not one of a few.
  package var options: [String]
  /// The value that the mapping has for now; nil if it has none.
  package var `default`: String?

  static func decimalSeparator(
    example: String, default value: DecimalSeparator
  ) -> MappingQuestion {
    MappingQuestion(
      field: "decimal_separator",
      question: "Which character comes before the decimals in “\(example)”?",
      options: DecimalSeparator.allCases.map(\.rawValue), default: value.rawValue)
  }

  static func dateOrder(example: String, options: [DateOrder]) -> MappingQuestion {
    MappingQuestion(
      field: "date_order", question: "In which order are year, month and day in “\(example)”?",
      options: options.map(\.rawValue), default: options.first?.rawValue)
  }

  static func column(of role: CSVRole) -> MappingQuestion {
    MappingQuestion(
      field: "columns", question: "Which column has the \(role.rawValue)?", options: [],
      default: nil)
  }

  static func indicator(word: String) -> MappingQuestion {
    MappingQuestion(
      field: "debit_words", question: "Does “\(word)” mean money out?", options: [], default: nil)
  }
}
