import NIOHTTP1

extension HTTPRequestHead {
  /// Whether a body comes after the head (RFC 9112, section 6.3).
  ///
  /// Only one spelling of where it ends is let pass: one length in digits, or `chunked` and nothing
  /// else. Whatever a proxy before us or a server behind us makes of the others, it is never another
  /// request.
  ///
  /// - Throws: `HTTPParserError`; ``Problem`` 501 for codings before `chunked`.
  func hasBody() throws -> Bool {
    var length: String?
    var coding: String?
    for (name, value) in headers {
      switch name.utf8.count {
      case 14 where name.lowercased() == "content-length":
        guard length == nil else { throw HTTPParserError.unexpectedContentLength }
        length = value
      case 17 where name.lowercased() == "transfer-encoding":
        coding = coding.map { "\($0), \(value)" } ?? value
      default: continue
      }
    }
    if let coding {
      guard length == nil else { throw HTTPParserError.unexpectedContentLength }
      try Self.check(transferCoding: coding)
      return true
    }
    guard let length, length != "0" else { return false }
    let digits = length.withoutWhitespace
    let isNumber = digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, Int(digits) != nil else { throw HTTPParserError.invalidContentLength }
    return true
  }

  /// RFC 9112, section 6.1: 501 for a coding that is not known, as long as `chunked` ends the list,
  /// and 400 for anything else.
  private static func check(transferCoding: String) throws {
    guard transferCoding != "chunked" else { return }
    let codings = transferCoding.lowercased().split(
      separator: ",", omittingEmptySubsequences: false
    )
    .map(\.withoutWhitespace)
    guard codings != ["chunked"] else { return }
    guard codings.last == "chunked", codings.count(where: { $0.hasPrefix("chunked") }) == 1,
      !codings.contains("")
    else { throw HTTPParserError.invalidHeaderToken }
    throw Problem.status(.notImplemented, detail: "the only transfer coding is chunked")
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The text without spaces and tabs before and behind it: RFC 9110, section 5.6.3.
  package var withoutWhitespace: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
