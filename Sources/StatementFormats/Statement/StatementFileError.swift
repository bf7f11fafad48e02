/// Why a file cannot be read as a statement, in one sentence for the person who chose it.
///
/// What is wrong with one row is an `InvalidRow` and does not stop the file.
package struct StatementFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case empty, html, pdf, zip, spreadsheet, compressed, binary
    case foreignXML = "foreign_xml"
    case foreignJSON = "foreign_json"
    case notATable = "not_a_table"
    case signOnFailed = "sign_on_failed"
    case bankError = "bank_error"
    case noTransactions = "no_transactions"
    case notSupported = "not_supported"
    case malformed
    case limitExceeded = "limit_exceeded"
  }

  package let code: Code
  /// One sentence.
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  static let empty = StatementFileError(.empty, "The file is empty.")

  static func noTransactions(of account: String?) -> StatementFileError {
    StatementFileError(
      .noTransactions,
      account.map { "The statement of account \($0) has no transactions." }
        ?? "The statement has no transactions.")
  }
}
