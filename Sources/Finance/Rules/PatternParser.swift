import Foundation

/// What a pattern says.
indirect enum PatternNode {
  case set(ScalarSet)
  case place(PatternPlace)
  case sequence([PatternNode])
  case either(PatternNode, PatternNode)
  case repetition(PatternNode, least: Int, most: Int?)
}

/// Reads the text of a ``TextPattern``.
struct PatternParser {
  private static let maximumDepth = 20

  private var rest: ArraySlice<Unicode.Scalar>
  private var depth = 0

  init(_ text: String) {
    rest = Array(text.unicodeScalars)[...]
  }

  mutating func readPattern() throws(TextPattern.Malformed) -> PatternNode {
    let node = try readAlternatives()
    guard rest.isEmpty else { throw malformed("has a ) without a (") }
    return node
  }

  private mutating func readAlternatives() throws(TextPattern.Malformed) -> PatternNode {
    let node = try readSequence()
    guard skip("|") else { return node }
    return .either(node, try readAlternatives())
  }

  private mutating func readSequence() throws(TextPattern.Malformed) -> PatternNode {
    var parts: [PatternNode] = []
    while let next = rest.first, next != "|", next != ")" {
      parts.append(try readRepetition(of: try readPart()))
    }
    return .sequence(parts)
  }

  private mutating func readPart() throws(TextPattern.Malformed) -> PatternNode {
    let next = rest.removeFirst()
    switch next {
    case "(": return try readGroup()
    case "[": return .set(try readSet())
    case ".": return .set(ScalarSet([], isNegated: true))
    case "^": return .place(.start)
    case "$": return .place(.end)
    case "\\": return try readEscape()
    case "*", "+", "?", "{": throw malformed("has a \(next) with nothing before it to repeat")
    default: return Self.literal(next)
    }
  }

  private mutating func readGroup() throws(TextPattern.Malformed) -> PatternNode {
    depth += 1
    guard depth <= Self.maximumDepth else { throw malformed("has groups too deep in one another") }
    if skip("?"), !skip(":") {
      throw malformed("has a group that begins with (?, which can only be (?:")
    }
    let node = try readAlternatives()
    guard skip(")") else { throw malformed("has a ( without a )") }
    depth -= 1
    return node
  }

  private mutating func readEscape() throws(TextPattern.Malformed) -> PatternNode {
    guard let next = rest.popFirst() else { throw malformed("ends with a single \\") }
    if next == "b" { return .place(.wordBoundary) }
    if let member = Self.escapedClass(next) { return .set(ScalarSet([member])) }
    guard next.properties.isAlphabetic || next.properties.numericType != nil else {
      return Self.literal(next)
    }
    throw malformed("has \\\(next), which is not allowed")
  }

  private mutating func readRepetition(
    of part: PatternNode
  ) throws(TextPattern.Malformed) -> PatternNode {
    let node: PatternNode
    if skip("*") {
      node = .repetition(part, least: 0, most: nil)
    } else if skip("+") {
      node = .repetition(part, least: 1, most: nil)
    } else if skip("?") {
      node = .repetition(part, least: 0, most: 1)
    } else if skip("{") {
      node = try readCounts(of: part)
    } else {
      return part
    }
    // Whether as much or as little as possible is repeated does not change whether it is found.
    _ = skip("?")
    if let next = rest.first, "*+?{".unicodeScalars.contains(next) {
      throw malformed("repeats a repetition without a group around it")
    }
    return node
  }

  private mutating func readCounts(
    of part: PatternNode
  ) throws(TextPattern.Malformed) -> PatternNode {
    let least = readNumber()
    var most = least
    if skip(",") { most = readNumber() }
    let isOpen = most == nil && least != nil
    guard let least, skip("}"), least <= TextPattern.maximumCount,
      isOpen || (least...TextPattern.maximumCount).contains(most ?? -1)
    else {
      throw malformed(
        "has a { that is not one of {2}, {2,} and {2,5} with numbers up to "
          + "\(TextPattern.maximumCount)")
    }
    return .repetition(part, least: least, most: most)
  }

  private mutating func readNumber() -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(digits.count)
    guard !digits.isEmpty else { return nil }
    return Int(String(String.UnicodeScalarView(digits))) ?? .max
  }

  /// What is between brackets, after the first one.
  private mutating func readSet() throws(TextPattern.Malformed) -> ScalarSet {
    let isNegated = skip("^")
    var members: [ScalarSet.Member] = []
    repeat {
      guard let first = try readMember() else { throw malformed("has a [ without a ]") }
      guard case .single(let low) = first, rest.first == "-", rest.dropFirst().first != "]" else {
        members += first.members
        continue
      }
      rest.removeFirst()
      guard case .single(let high)? = try readMember(), low <= high else {
        throw malformed("has a range in [ ] that does not go from a character to a later one")
      }
      members.append(.range(low...high))
      let (lowest, highest) = (low.properties.lowercaseMapping, high.properties.lowercaseMapping)
      if let low = lowest.unicodeScalars.first, let high = highest.unicodeScalars.first, low <= high
      {
        members.append(.range(low...high))
      }
    } while !skip("]")
    return ScalarSet(members, isNegated: isNegated)
  }

  private enum SetMember {
    case single(Unicode.Scalar)
    case several(ScalarSet.Member)

    /// Without case and accents.
    var members: [ScalarSet.Member] {
      switch self {
      case .several(let member): [member]
      case .single(let scalar):
        FoldedText.fold(String(scalar)).unicodeScalars.map { .range($0...$0) }
      }
    }
  }

  private mutating func readMember() throws(TextPattern.Malformed) -> SetMember? {
    guard let next = rest.popFirst() else { return nil }
    guard next == "\\" else { return .single(next) }
    guard let escaped = rest.popFirst() else { return nil }
    if let member = Self.escapedClass(escaped) { return .several(member) }
    guard escaped.properties.isAlphabetic || escaped.properties.numericType != nil else {
      return .single(escaped)
    }
    throw malformed("has \\\(escaped), which is not allowed")
  }

  private static func escapedClass(_ letter: Unicode.Scalar) -> ScalarSet.Member? {
    switch letter {
    case "d": .scalarClass(.digit)
    case "D": .otherThan(.digit)
    case "w": .scalarClass(.word)
    case "W": .otherThan(.word)
    case "s": .scalarClass(.space)
    case "S": .otherThan(.space)
    default: nil
    }
  }

  /// A character without case and accents, which may be none or several.
  private static func literal(_ scalar: Unicode.Scalar) -> PatternNode {
    .sequence(
      FoldedText.fold(String(scalar)).unicodeScalars.map { .set(ScalarSet([.range($0...$0)])) })
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private func malformed(_ message: String) -> TextPattern.Malformed {
    TextPattern.Malformed(message: "is no pattern: it \(message)")
  }
}

/// Some characters.
struct ScalarSet: Sendable, Hashable {
  enum Member: Sendable, Hashable {
    case range(ClosedRange<Unicode.Scalar>)
    case scalarClass(ScalarClass)
    case otherThan(ScalarClass)
  }

  private let members: [Member]
  private let isNegated: Bool

  init(_ members: [Member], isNegated: Bool = false) {
    self.members = members
    self.isNegated = isNegated
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isMember = members.contains { member in
      switch member {
      case .range(let range): range.contains(scalar)
      case .scalarClass(let scalars): scalars.contains(scalar)
      case .otherThan(let scalars): !scalars.contains(scalar)
      }
    }
    return isMember != isNegated
  }
}

/// The characters of `\d`, `\w` and `\s`.
enum ScalarClass: Sendable, Hashable {
  case digit, word, space

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return switch self {
    case .digit: properties.generalCategory == .decimalNumber
    case .word: properties.isAlphabetic || properties.numericType != nil || scalar == "_"
    case .space: properties.isWhitespace
    }
  }
}

/// Texts as rules compare them: without case, accents and width.
enum FoldedText {
  static func fold(_ text: String) -> String {
    text.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  }
}
