import Finance
import Hummingbird
import NIOCore
import Tenancy

/// Transactions as OFX 2.1.1, one statement for each account.
struct OFXExport: LedgerExport {
  let books: ExportStore.Books
  let ledger: LedgerDatabase
  let filter: TransactionFilter

  /// The kinds of statements, in the order that OFX has them.
  private enum Kind: CaseIterable {
    case bank, creditCard

    var set: String { self == .bank ? "BANKMSGSRSV1" : "CREDITCARDMSGSRSV1" }
    var response: String { self == .bank ? "STMTTRNRS" : "CCSTMTTRNRS" }
    var statement: String { self == .bank ? "STMTRS" : "CCSTMTRS" }

    init(_ account: Account) { self = account.type == .creditCard ? .creditCard : .bank }
  }

  @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
    let accounts = books.accounts.filter { filter.accountID == nil || filter.accountID == $0.id }
    try await writer.write(ByteBuffer(string: head))
    for kind in Kind.allCases {
      let accounts = accounts.filter { Kind($0) == kind }
      guard !accounts.isEmpty else { continue }
      try await writer.write(ByteBuffer(string: "<\(kind.set)>\r\n"))
      for account in accounts {
        try await writer.write(ByteBuffer(string: start(of: account, kind)))
        var filter = filter
        filter.accountID = account.id
        try await TransactionStore(ledger).forEachPage(of: filter) { transactions in
          var lines = ByteBufferAllocator().buffer(capacity: transactions.count * 220)
          for transaction in transactions { Self.write(transaction, to: &lines) }
          try await writer.write(lines)
        }
        try await writer.write(ByteBuffer(string: end(of: account, kind)))
      }
      try await writer.write(ByteBuffer(string: "</\(kind.set)>\r\n"))
    }
    try await writer.write(ByteBuffer(string: "</OFX>\r\n"))
  }

  private static let ok = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"

  private var head: String {
    """
    <?xml version="1.0" encoding="UTF-8" standalone="no"?>\r
    <?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\r
    <OFX>\r
    <SIGNONMSGSRSV1><SONRS>\(Self.ok)<DTSERVER>\(books.today.compact)</DTSERVER>\
    <LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>\r

    """
  }

  private func start(of account: Account, _ kind: Kind) -> String {
    let start = filter.startDate ?? account.openedOn ?? books.today
    let end = filter.endDate ?? books.today
    let id = "<ACCTID>\(account.id)</ACCTID>"
    let source =
      switch kind {
      case .bank:
        "<BANKACCTFROM><BANKID>0</BANKID>\(id)<ACCTTYPE>\(account.type.ofx)</ACCTTYPE></BANKACCTFROM>"
      case .creditCard: "<CCACCTFROM>\(id)</CCACCTFROM>"
      }
    return """
      <\(kind.response)><TRNUID>0</TRNUID>\(Self.ok)<\(kind.statement)>\
      <CURDEF>\(account.currency.code)</CURDEF>\(source)<BANKTRANLIST>\
      <DTSTART>\(start.compact)</DTSTART><DTEND>\(end.compact)</DTEND>\r

      """
  }

  private func end(of account: Account, _ kind: Kind) -> String {
    """
    </BANKTRANLIST><LEDGERBAL><BALAMT>\(account.currency.text(account.balance))</BALAMT>\
    <DTASOF>\(account.balanceDate.compact)</DTASOF></LEDGERBAL>\
    </\(kind.statement)></\(kind.response)>\r

    """
  }

  private static func write(_ transaction: Transaction, to lines: inout ByteBuffer) {
    lines.writeStaticString("<STMTTRN><TRNTYPE>")
    lines.writeString(transaction.ofxType)
    lines.writeStaticString("</TRNTYPE><DTPOSTED>")
    lines.writeString(transaction.date.compact)
    lines.writeStaticString("</DTPOSTED><TRNAMT>")
    lines.writeString(transaction.money.text)
    lines.writeStaticString("</TRNAMT><FITID>")
    lines.write(xml: transaction.externalID ?? String(transaction.id), upTo: 255)
    lines.writeStaticString("</FITID>")
    if let payee = transaction.payee?.name {
      lines.writeStaticString("<NAME>")
      lines.write(xml: payee, upTo: 32)
      lines.writeStaticString("</NAME>")
    }
    if !transaction.memo.isEmpty {
      lines.writeStaticString("<MEMO>")
      lines.write(xml: transaction.memo, upTo: 255)
      lines.writeStaticString("</MEMO>")
    }
    lines.writeStaticString("</STMTTRN>\r\n")
  }
}

extension Transaction {
  fileprivate var ofxType: String {
    if !isSplit, parts.first?.transfer != nil { return "XFER" }
    return money.minorUnits < 0 ? "DEBIT" : "CREDIT"
  }
}

extension AccountType {
  /// What OFX calls a bank's account.
  fileprivate var ofx: String {
    switch self {
    case .savings: "SAVINGS"
    case .loan, .liability: "CREDITLINE"
    default: "CHECKING"
    }
  }
}

extension CivilDate {
  /// `20261128`.
  fileprivate var compact: String {
    String(decoding: description.utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
  }
}

extension ByteBuffer {
  /// A text of XML, cut to so many characters, which is all that OFX has room for.
  fileprivate mutating func write(xml text: String, upTo limit: Int) {
    if text.utf8.count <= limit, text.utf8.allSatisfy(Self.isPlain) {
      writeString(text)
      return
    }
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar {
      case "&": writeStaticString("&amp;")
      case "<": writeStaticString("&lt;")
      case ">": writeStaticString("&gt;")
      case "\n", "\r", "\t": writeStaticString(" ")
      // XML 1.0 has no way to write them.
      case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): continue
      default: writeString(String(scalar))
      }
    }
  }

  /// Whether a byte of ASCII is written as it is.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x80).contains(byte) && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "<")
      && byte != UInt8(ascii: ">")
  }
}
