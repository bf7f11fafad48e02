import Finance
import StatementFormats
import Tenancy

/// How somebody says that a file is to be read, and where it goes.
enum ImportAnswers {
  /// Why a file cannot be read so.
  enum Fault: Error {
    case missing, columns
  }

  /// What columns are used for on the page. Others are those of other systems, and stay.
  static let roles: [CSVRole] = [
    .date, .amount, .debit, .credit, .payee, .memo, .category, .balance, .currency, .externalID,
    .tags,
  ]

  /// - Throws: ``Fault`` if a question is not answered, or the columns make no transactions.
  static func patch(_ form: Form, for file: Import) throws(Fault) -> ImportPatch {
    var patch = ImportPatch()
    if form.isOn("sources") {
      patch.sources = file.sources.map { source in
        (index: source.index, accountID: form.id("source-\(source.index)"))
      }
      return patch
    }
    var mapping = ImportPatch.Mapping()
    mapping.dateOrder = DateOrder(rawValue: form.text("date_order"))
    mapping.decimalSeparator = DecimalSeparator(rawValue: form.text("decimal_separator"))
    let asked = Set(file.plan.questions.map(\.field))
    guard mapping.dateOrder != nil || !asked.contains("date_order"),
      mapping.decimalSeparator != nil || !asked.contains("decimal_separator")
    else { throw .missing }
    if let csv = file.plan.csv {
      mapping.invertsAmounts = form.isOn("inverts")
      mapping.columns = try columns(form, csv)
      try answerWords(form, csv, file.plan.questions, &mapping)
    }
    patch.mapping = mapping
    return patch
  }

  private static func columns(
    _ form: Form, _ csv: CSVMapping
  ) throws(Fault) -> [CSVMapping.Column] {
    let columns = csv.columns.enumerated().map { index, column in
      let value = form.text("column-\(index)")
      guard value != "keep" else { return column }
      return CSVMapping.Column(name: column.name, role: CSVRole(rawValue: value))
    }
    let used = columns.compactMap(\.role)
    let isRepeated = Self.roles.contains { role in
      // The texts of several of these are put together.
      role != .memo && role != .tags && used.count(where: { $0 == role }) > 1
    }
    let hasAmount = used.contains(.amount) || used.contains(.debit) || used.contains(.credit)
    guard used.contains(.date), hasAmount, !isRepeated else { throw .columns }
    return columns
  }

  private static func answerWords(
    _ form: Form, _ csv: CSVMapping, _ questions: [MappingQuestion],
    _ mapping: inout ImportPatch.Mapping
  ) throws(Fault) {
    let words = questions.filter { $0.field == "debit_words" }.map(\.example)
    guard !words.isEmpty else { return }
    var (out, into) = (csv.debitWords, csv.creditWords)
    for (index, word) in words.enumerated() {
      switch form.text("word-\(index)") {
      case "out": out.append(word)
      case "in": into.append(word)
      default: throw .missing
      }
    }
    (mapping.debitWords, mapping.creditWords) = (out, into)
  }
}
