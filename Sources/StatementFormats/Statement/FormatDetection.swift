/// Tells the format of a file by its beginning.
enum FormatDetection {
  /// - Throws: `StatementFileError` in one sentence for what is no statement.
  static func refuseBinary(_ head: ArraySlice<UInt8>) throws(StatementFileError) {
    guard !head.isEmpty else { throw .empty }
    func begins(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    if begins(Array("%PDF".utf8)) {
      throw StatementFileError(
        .pdf, "This is a PDF: download the statement as CSV, OFX, CAMT or MT940 instead.")
    }
    if begins([0x50, 0x4B, 0x03, 0x04]) || begins([0x50, 0x4B, 0x05, 0x06]) {
      throw archive(head)
    }
    if begins([0xD0, 0xCF, 0x11, 0xE0]) { throw spreadsheet }
    if begins([0x1F, 0x8B]) || begins(Array("BZh".utf8)) || begins([0xFD, 0x37, 0x7A, 0x58, 0x5A])
      || begins(Array("7z".utf8) + [0xBC, 0xAF]) || begins(Array("Rar!".utf8))
    {
      throw StatementFileError(.compressed, "The file is compressed: unpack it first.")
    }
  }

  private static func archive(_ head: ArraySlice<UInt8>) -> StatementFileError {
    let names = String(decoding: head, as: UTF8.self)
    let isSpreadsheet =
      names.contains("[Content_Types].xml") || names.contains("xl/")
      || names.contains("opendocument.spreadsheet")
    return isSpreadsheet
      ? spreadsheet
      : StatementFileError(.zip, "This is a zip archive: unpack it and choose the statement in it.")
  }

  private static let spreadsheet = StatementFileError(
    .spreadsheet, "This is a spreadsheet: save it as CSV first.")

  /// The format of text, of which `head` is the beginning in UTF-8.
  ///
  /// - Throws: `StatementFileError` in one sentence for what is no statement.
  static func format(of head: ArraySlice<UInt8>) throws(StatementFileError) -> StatementFormat {
    let start = head.trimmingLeadingSpaces
    guard let first = start.first else { throw .empty }
    let text = String(decoding: start.prefix(4096), as: UTF8.self)
    if isBinary(start.prefix(4096)) {
      throw StatementFileError(.binary, "The file is not text, and no format that banks use.")
    }
    if text.hasPrefix("OFXHEADER") { return ofx(text) }
    switch first {
    case UInt8(ascii: "<"): return try markup(text)
    case UInt8(ascii: "!"): return .qif
    case UInt8(ascii: "{"), UInt8(ascii: "["): if let json = try json(text) { return json }
    default: break
    }
    if isMT940(text) { return .mt940 }
    return text.uppercased().contains("<OFX>") ? ofx(text) : .csv
  }

  /// Refuses text that has nothing of the format that somebody says it is.
  ///
  /// - Parameter head: the beginning of the text.
  /// - Throws: `StatementFileError`.
  static func refuse(
    _ head: ArraySlice<UInt8>, unlike format: StatementFormat
  ) throws(StatementFileError) {
    let text = String(decoding: head, as: UTF8.self)
    func has(_ marks: String...) -> Bool { marks.contains(where: text.contains) }
    let (isLike, name) =
      switch format {
      case .ofx, .qfx: (text.uppercased().contains("<OFX"), "OFX")
      case .camt: (has("BkToCstmrStmt", "BkToCstmrAcctRpt", "camt.05"), "CAMT")
      case .mt940: (has(":20:", ":25:", ":60F:", ":61:"), "MT940")
      // A record ends with it.
      case .qif: (text.split(whereSeparator: \.isNewline).contains("^"), "QIF")
      case .csv, .terraceJSON: (true, "")
      }
    guard isLike else { throw StatementFileError(.malformed, "The file is no \(name).") }
  }

  private static func isBinary(_ head: ArraySlice<UInt8>) -> Bool {
    let controls = head.count { $0 < 0x20 && !(0x09...0x0D).contains($0) && $0 != 0x1A }
    return controls * 20 > head.count
  }

  private static func ofx(_ text: String) -> StatementFormat {
    text.contains("INTU.BID") ? .qfx : .ofx
  }

  private static func markup(_ text: String) throws(StatementFileError) -> StatementFormat {
    let upper = text.uppercased()
    if upper.contains("<OFX") || upper.contains("<?OFX") { return ofx(text) }
    if upper.contains("<HTML") || upper.contains("<!DOCTYPE HTML") || upper.contains("<HEAD") {
      throw StatementFileError(
        .html, "This is a web page, perhaps the bank's login page, and not a statement.")
    }
    if ["BkToCstmrStmt", "BkToCstmrAcctRpt", "camt.052", "camt.053"].contains(where: text.contains)
    {
      return .camt
    }
    throw StatementFileError(
      .foreignXML, "The file is XML, but neither OFX nor CAMT.052 or CAMT.053.")
  }

  private static func json(_ text: String) throws(StatementFileError) -> StatementFormat? {
    // A SWIFT message begins with a block.
    if text.hasPrefix("{1:") || text.hasPrefix("{4:") { return nil }
    guard text.prefix(1024).contains("\"terrace") else {
      throw StatementFileError(.foreignJSON, "The file is JSON that Terrace did not export.")
    }
    return .terraceJSON
  }

  private static func isMT940(_ text: String) -> Bool {
    if text.hasPrefix("{1:") || text.hasPrefix("{4:") { return true }
    let lines = text.split(whereSeparator: \.isNewline).prefix(20)
    let tags = lines.filter { line in
      [":20:", ":25:", ":28C:", ":28:", ":60F:", ":60M:", ":61:"].contains { line.hasPrefix($0) }
    }
    return tags.count >= 3
  }
}

extension ArraySlice<UInt8> {
  fileprivate var trimmingLeadingSpaces: ArraySlice<UInt8> {
    drop { $0 <= 0x20 }
  }
}
