/// How a file is read: what `StatementSurvey` found, with what a person changed of it.
package struct StatementPlan: Codable, Hashable, Sendable {
  package var format: StatementFormat
  package var encoding: TextEncoding
  /// For CSV.
  package var csv: CSVMapping?
  /// For QIF.
  package var qif: QIFMapping?

  package init(
    format: StatementFormat, encoding: TextEncoding, csv: CSVMapping? = nil, qif: QIFMapping? = nil
  ) {
    self.format = format
    self.encoding = encoding
    self.csv = csv
    self.qif = qif
  }

  /// What the file does not tell.
  package var questions: [MappingQuestion] { csv?.questions ?? qif?.questions ?? [] }
}
