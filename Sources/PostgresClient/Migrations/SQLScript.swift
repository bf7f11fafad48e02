/// The text of several SQL statements, taken apart so that each can be sent by itself.
///
/// It knows what `psql` knows: quotes, dollar quotes, nested comments, and the bodies of SQL
/// functions between `begin atomic` and `end`.
struct SQLScript: Sendable {
  /// The text is not a sequence of statements that end with a semicolon.
  struct SyntaxError: Error, Equatable, CustomStringConvertible {
    /// Counted from 1.
    let line: Int
    let problem: String

    var description: String { "line \(line): \(problem)" }
  }

  /// The lines of the comment that the text begins with, without their dashes.
  let header: [String]
  /// In order, without the semicolon that ends each, and without the comments before it.
  let statements: [String]

  /// - Throws: ``SyntaxError`` if a quote, a comment, a parenthesis or a statement does not end.
  init(_ text: String) throws(SyntaxError) {
    header = text.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix { $0.hasPrefix("--") }
      .map { $0.dropFirst(2).trimmingPrefix(while: { $0 == " " }) }.map(String.init)
    var scanner = Scanner(Array(text.utf8))
    statements = try scanner.statements()
  }
}

/// Not more than the ends of statements takes: it knows no grammar.
private struct Scanner {
  private let text: [UInt8]
  private var position = 0
  /// Where the statement began that is being read; nil between statements.
  private var start: Int?
  private var depth = 0
  private var functionBody = FunctionBody()

  init(_ text: [UInt8]) { self.text = text }

  mutating func statements() throws(SQLScript.SyntaxError) -> [String] {
    var statements: [String] = []
    while position < text.count {
      if try skipSpaceOrComment() { continue }
      let begin = start ?? position
      start = begin
      guard text[position] == UInt8(ascii: ";"), depth == 0, !functionBody.isOpen else {
        try skipToken()
        continue
      }
      statements.append(String(decoding: text[begin..<position], as: UTF8.self))
      position += 1
      start = nil
      functionBody = FunctionBody()
    }
    if let start { throw error("a statement has no semicolon at its end", at: start) }
    return statements.map { $0.trimmedEnd }
  }

  private mutating func skipSpaceOrComment() throws(SQLScript.SyntaxError) -> Bool {
    switch (text[position], peek(1)) {
    case (UInt8(ascii: "-"), UInt8(ascii: "-")):
      while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
      return true
    case (UInt8(ascii: "/"), UInt8(ascii: "*")):
      try skipBlockComment()
      return true
    case (UInt8(ascii: " "), _), (UInt8(ascii: "\n"), _), (UInt8(ascii: "\t"), _),
      (UInt8(ascii: "\r"), _):
      position += 1
      return true
    default: return false
    }
  }

  private mutating func skipBlockComment() throws(SQLScript.SyntaxError) {
    let begin = position
    var nesting = 0
    repeat {
      switch (peek(0), peek(1)) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")): (nesting, position) = (nesting + 1, position + 2)
      case (UInt8(ascii: "*"), UInt8(ascii: "/")): (nesting, position) = (nesting - 1, position + 2)
      case (nil, _): throw error("a comment does not end", at: begin)
      default: position += 1
      }
    } while nesting > 0
  }

  private mutating func skipToken() throws(SQLScript.SyntaxError) {
    switch text[position] {
    case UInt8(ascii: "'"): try skipQuoted(UInt8(ascii: "'"), escapes: false)
    case UInt8(ascii: "\""): try skipQuoted(UInt8(ascii: "\""), escapes: false)
    case UInt8(ascii: "$"): try skipDollarQuoted()
    case UInt8(ascii: "("): (depth, position) = (depth + 1, position + 1)
    case UInt8(ascii: ")"):
      guard depth > 0 else { throw error("a parenthesis closes that none opened", at: position) }
      (depth, position) = (depth - 1, position + 1)
    case let byte where byte.isIdentifierStart: try skipWord()
    default: position += 1
    }
  }

  /// A doubled quote reads as the end of one string and the beginning of the next.
  private mutating func skipQuoted(_ quote: UInt8, escapes: Bool) throws(SQLScript.SyntaxError) {
    let begin = position
    position += 1
    while let byte = peek(0), byte != quote {
      position += escapes && byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < text.count else { throw error("a quote does not end", at: begin) }
    position += 1
  }

  /// `$$…$$` or `$tag$…$tag$`; a dollar that begins neither is a parameter's.
  private mutating func skipDollarQuoted() throws(SQLScript.SyntaxError) {
    let begin = position
    var end = position + 1
    if end < text.count, text[end].isIdentifierStart {
      while end < text.count, text[end].isIdentifierPart { end += 1 }
    }
    guard end < text.count, text[end] == UInt8(ascii: "$") else {
      position += 1
      return
    }
    let tag = text[position...end]
    position = end + 1
    while position + tag.count <= text.count {
      if text[position..<position + tag.count] == tag {
        position += tag.count
        return
      }
      position += 1
    }
    throw error("a dollar quote does not end", at: begin)
  }

  private mutating func skipWord() throws(SQLScript.SyntaxError) {
    let begin = position
    // A dollar within a word is part of it, and begins no quote.
    while let byte = peek(0), byte.isIdentifierPart || byte == UInt8(ascii: "$") { position += 1 }
    let word = String(decoding: text[begin..<position], as: UTF8.self).lowercased()
    if word == "e", peek(0) == UInt8(ascii: "'") {
      return try skipQuoted(UInt8(ascii: "'"), escapes: true)
    }
    if depth == 0 { functionBody.read(word) }
  }

  private func peek(_ offset: Int) -> UInt8? {
    position + offset < text.count ? text[position + offset] : nil
  }

  private func error(_ problem: String, at position: Int) -> SQLScript.SyntaxError {
    let lines = text[..<position].count { $0 == UInt8(ascii: "\n") }
    return SQLScript.SyntaxError(line: lines + 1, problem: problem)
  }
}

/// Whether a statement that makes a function is in its body, whose semicolons end no statement.
private struct FunctionBody {
  private var words: [String] = []
  private var nesting = 0

  var isOpen: Bool { nesting > 0 }

  private var isOfFunction: Bool {
    let words = words.filter { $0 != "or" && $0 != "replace" }
    return words.first == "create" && words.dropFirst().first.map(Self.kinds.contains) == true
  }

  private static let kinds: Set = ["function", "procedure"]

  mutating func read(_ word: String) {
    if words.count < 4 { words.append(word) }
    switch word {
    case "begin" where isOfFunction: nesting += 1
    // Inside the body, `case` ends with `end` as well.
    case "case" where nesting > 0: nesting += 1
    case "end" where nesting > 0: nesting -= 1
    default: break
    }
  }
}

extension UInt8 {
  fileprivate var isIdentifierStart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  fileprivate var isIdentifierPart: Bool {
    isIdentifierStart || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
