/// Splits SGML, as OFX 1 has it, and XML into tags and texts.
///
/// It knows no document types: a `<!DOCTYPE` is refused, so that nothing is ever expanded or
/// fetched.
struct MarkupTokenizer {
  static let maxTagBytes = 16 << 10
  static let maxTextBytes = 64 << 10

  private enum State: Equatable {
    case text
    /// After `<`, which begins a tag only before a letter, `/`, `!` or `?`.
    case tagStart
    case tag(quote: UInt8?)
  }

  private var state = State.text
  private var buffer: [UInt8] = []
  private var line = 1
  private var tokenLine = 1
  private var afterReturn = false

  /// Appends the tokens that the chunk ends.
  ///
  /// - Throws: `StatementFileError` for a document type and for tags and texts without end.
  mutating func read(
    _ chunk: ArraySlice<UInt8>, into tokens: inout [MarkupToken]
  ) throws(StatementFileError) {
    var index = chunk.startIndex
    while index < chunk.endIndex {
      let byte = chunk[index]
      index += 1
      countLine(byte)
      switch state {
      case .text:
        if byte == UInt8(ascii: "<") { state = .tagStart } else { buffer.append(byte) }
      case .tagStart: startTag(byte, into: &tokens)
      case .tag(let quote): try readTag(byte, quote: quote, into: &tokens)
      }
      let limit = state == .text ? Self.maxTextBytes : Self.maxTagBytes
      guard buffer.count <= limit else {
        throw StatementFileError(
          .limitExceeded, "The text or tag at line \(tokenLine) is longer than \(limit >> 10) KiB.")
      }
    }
  }

  /// Appends the text at the end.
  ///
  /// - Throws: `StatementFileError` if the file ends within a tag.
  mutating func finish(into tokens: inout [MarkupToken]) throws(StatementFileError) {
    guard state == .text else {
      throw StatementFileError(.malformed, "The file ends within a tag.")
    }
    endText(into: &tokens)
  }

  private mutating func countLine(_ byte: UInt8) {
    if byte == UInt8(ascii: "\n") ? !afterReturn : byte == UInt8(ascii: "\r") { line += 1 }
    afterReturn = byte == UInt8(ascii: "\r")
  }

  private mutating func startTag(_ byte: UInt8, into tokens: inout [MarkupToken]) {
    let begins = byte.isASCIILetter || byte == UInt8(ascii: "_") || "/!?".utf8.contains(byte)
    guard begins else {
      buffer.append(UInt8(ascii: "<"))
      if byte != UInt8(ascii: "<") {
        buffer.append(byte)
        state = .text
      }
      return
    }
    endText(into: &tokens)
    tokenLine = line
    buffer.append(byte)
    state = .tag(quote: nil)
  }

  private mutating func endText(into tokens: inout [MarkupToken]) {
    defer { buffer.removeAll(keepingCapacity: true) }
    let text = buffer[...].trimmingSpaces
    guard !text.isEmpty else { return }
    tokens.append(MarkupToken(kind: .text(MarkupText.resolved(text)), line: tokenLine))
  }

  // MARK: - Tags

  private mutating func readTag(
    _ byte: UInt8, quote: UInt8?, into tokens: inout [MarkupToken]
  ) throws(StatementFileError) {
    if byte == UInt8(ascii: ">"), quote == nil, isWhole {
      try endTag(into: &tokens)
      buffer.removeAll(keepingCapacity: true)
      state = .text
      return
    }
    buffer.append(byte)
    guard !isDeclaration, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { return }
    state = .tag(quote: quote == nil ? byte : (quote == byte ? nil : quote))
  }

  /// Comments and character data: quotation marks mean nothing in them.
  private var isDeclaration: Bool { buffer.first == UInt8(ascii: "!") }

  /// Whether a `>` ends the tag: comments and character data may hold some.
  private var isWhole: Bool {
    if buffer.starts(with: "!--".utf8) {
      return buffer.count >= 5 && buffer.suffix(2).elementsEqual("--".utf8)
    }
    if buffer.starts(with: "![CDATA[".utf8) { return buffer.suffix(2).elementsEqual("]]".utf8) }
    return true
  }

  private mutating func endTag(into tokens: inout [MarkupToken]) throws(StatementFileError) {
    switch buffer.first {
    case UInt8(ascii: "?"): return
    case UInt8(ascii: "!"):
      if buffer.starts(with: "!--".utf8) { return }
      guard buffer.starts(with: "![CDATA[".utf8) else {
        throw StatementFileError(
          .malformed, "The file has a document type, which statements do not have.")
      }
      let data = buffer.dropFirst(8).dropLast(2).trimmingSpaces
      if !data.isEmpty { tokens.append(MarkupToken(kind: .text(Array(data)), line: tokenLine)) }
    case UInt8(ascii: "/"):
      let name = Self.localName(buffer.dropFirst().trimmingSpaces)
      tokens.append(MarkupToken(kind: .close(name), line: tokenLine))
    default:
      openElement(into: &tokens)
    }
  }

  private mutating func openElement(into tokens: inout [MarkupToken]) {
    var tag = buffer[...]
    let isEmpty = tag.last == UInt8(ascii: "/")
    if isEmpty { tag = tag.dropLast() }
    let nameEnd = tag.firstIndex { $0 <= 0x20 } ?? tag.endIndex
    let name = Self.localName(tag[..<nameEnd])
    let attributes = nameEnd < tag.endIndex ? Self.attributes(tag[nameEnd...]) : [:]
    tokens.append(MarkupToken(kind: .open(name, attributes: attributes), line: tokenLine))
    if isEmpty { tokens.append(MarkupToken(kind: .close(name), line: tokenLine)) }
  }

  private static func localName(_ name: ArraySlice<UInt8>) -> String {
    let local = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
    return String(decoding: local, as: UTF8.self)
  }

  private static func attributes(_ text: ArraySlice<UInt8>) -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = text.trimmingSpaces
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let name = localName(rest[..<equals].trimmingSpaces)
      rest = rest[(equals + 1)...].trimmingSpaces
      guard let quote = rest.popFirst(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
        let end = rest.firstIndex(of: quote)
      else { break }
      attributes[name] = String(decoding: MarkupText.resolved(rest[..<end]), as: UTF8.self)
      rest = rest[(end + 1)...].trimmingSpaces
    }
    return attributes
  }
}

extension ArraySlice<UInt8> {
  /// Without ASCII spaces and controls around it.
  var trimmingSpaces: ArraySlice<UInt8> {
    var slice = self
    while let first = slice.first, first <= 0x20 { slice = slice.dropFirst() }
    while let last = slice.last, last <= 0x20 { slice = slice.dropLast() }
    return slice
  }
}
