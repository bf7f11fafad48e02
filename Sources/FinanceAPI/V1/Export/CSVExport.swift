import Finance
import Hummingbird
import NIOCore

/// Transactions as CSV (RFC 4180, UTF-8), one line for each part.
///
/// The parts of a split come one after the other, with the same `transaction_id`. A transfer is one line,
/// of the account that the transaction is of, or of the account that was asked for.
struct CSVExport: LedgerExport {
  static let header = [
    "date", "account", "amount", "currency", "payee", "category", "memo", "tags", "status",
    "transfer_account", "transfer_amount", "transfer_currency", "transaction_id", "part",
    "external_id",
  ]

  private let ledger: LedgerDatabase
  private let filter: TransactionFilter
  /// The cells that name accounts and categories, as they are written.
  private let accounts: [Int64: ByteBuffer]
  private let categories: [Int64: ByteBuffer]

  init(_ books: ExportStore.Books, _ ledger: LedgerDatabase, _ filter: TransactionFilter) {
    self.ledger = ledger
    self.filter = filter
    accounts = Dictionary(
      uniqueKeysWithValues: books.accounts.map { ($0.id, ByteBuffer(csvText: $0.name)) })
    let names = Dictionary(uniqueKeysWithValues: books.categories.map { ($0.id, $0.name) })
    categories = Dictionary(
      uniqueKeysWithValues: books.categories.map { category in
        let group = category.parentID.flatMap { names[$0] }.map { $0 + ":" } ?? ""
        return (category.id, ByteBuffer(csvText: group + category.name))
      })
  }

  @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
    try await writer.write(ByteBuffer(string: Self.header.joined(separator: ",") + "\r\n"))
    try await TransactionStore(ledger).forEachPage(of: filter) { transactions in
      var lines = ByteBufferAllocator().buffer(capacity: transactions.count * 160)
      for transaction in transactions { write(transaction, to: &lines) }
      try await writer.write(lines)
    }
  }

  private func write(_ transaction: Transaction, to lines: inout ByteBuffer) {
    let tags = transaction.tags.joined(separator: ",")
    for (index, part) in transaction.parts.enumerated() {
      lines.writeString(transaction.date.description)
      lines.writeCell(accounts[transaction.accountID])
      lines.writeCell(plain: part.money.text)
      lines.writeCell(plain: part.money.currency.code)
      lines.writeCell(text: transaction.payee?.name)
      lines.writeCell(part.categoryID.flatMap { categories[$0] })
      lines.writeCell(
        text: transaction.isSplit && !part.memo.isEmpty ? part.memo : transaction.memo)
      lines.writeCell(text: tags)
      lines.writeCell(plain: transaction.status.rawValue)
      lines.writeCell(part.transfer.flatMap { accounts[$0.accountID] })
      lines.writeCell(plain: part.transfer?.money.text ?? "")
      lines.writeCell(plain: part.transfer?.money.currency.code ?? "")
      lines.writeCell(plain: String(transaction.id))
      lines.writeCell(plain: String(index + 1))
      lines.writeCell(text: transaction.externalID)
      lines.writeStaticString("\r\n")
    }
  }
}

extension ByteBuffer {
  fileprivate init(csvText text: String) {
    self.init()
    write(csvText: text)
  }

  /// A cell that is written already.
  fileprivate mutating func writeCell(_ cell: ByteBuffer?) {
    writeStaticString(",")
    if var cell { writeBuffer(&cell) }
  }

  /// A cell of ours, such as an amount: there is nothing in it that means something to CSV.
  fileprivate mutating func writeCell(plain text: String) {
    writeStaticString(",")
    writeString(text)
  }

  /// A cell that somebody wrote.
  fileprivate mutating func writeCell(text: String?) {
    writeStaticString(",")
    if let text, !text.isEmpty { write(csvText: text) }
  }

  private mutating func write(csvText text: String) {
    let needsQuotes = text.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    if needsQuotes { writeStaticString("\"") }
    if text.isFormula { writeStaticString("'") }
    writeString(
      needsQuotes && text.utf8.contains(UInt8(ascii: "\""))
        ? text.replacing("\"", with: "\"\"") : text)
    if needsQuotes { writeStaticString("\"") }
  }
}

extension String {
  /// Whether a spreadsheet might run the text as a formula: it looks past spaces and quotes. (OWASP,
  /// CSV Injection.)
  fileprivate var isFormula: Bool {
    for scalar in unicodeScalars {
      switch scalar {
      case " ", "\u{a0}", "\"", "'": continue
      case "=", "+", "-", "@", "\t", "\r", "\n", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}":
        return true
      default: return false
      }
    }
    return false
  }
}
