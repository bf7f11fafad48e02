import Tenancy

/// Reads a JSON text (RFC 8259). Of members with the same name, the last counts.
package struct JSONParser {
  /// Arrays and objects inside one another.
  package static let maximumDepth = 64

  var rest: ArraySlice<UInt8>
  /// The names and indices that lead to the value that is being read.
  private var path: [String] = []
  /// The first only: all paths together may be far longer than the text.
  private var repeatedMember: String?

  private init(_ bytes: [UInt8]) {
    rest = bytes[...]
  }

  /// The value that `bytes` are the text of.
  ///
  /// - Throws: ``MalformedJSON``, for invalid UTF-8 and unpaired surrogates too.
  package static func parse(_ bytes: [UInt8]) throws(MalformedJSON) -> JSONValue {
    var parser = JSONParser(bytes)
    return try parser.readText()
  }

  /// The path, such as `limits.queue`, of the first member whose object has one of that name before
  /// it; nil if there is none.
  ///
  /// - Throws: As ``parse(_:)``.
  package static func repeatedMember(in bytes: [UInt8]) throws(MalformedJSON) -> String? {
    var parser = JSONParser(bytes)
    _ = try parser.readText()
    return parser.repeatedMember
  }

  private mutating func readText() throws(MalformedJSON) -> JSONValue {
    let value = try readValue()
    guard peek() == nil else { throw MalformedJSON() }
    return value
  }

  private mutating func readValue() throws(MalformedJSON) -> JSONValue {
    guard path.count <= Self.maximumDepth else { throw MalformedJSON() }
    switch peek() {
    case UInt8(ascii: "{"): return .object(try readObject())
    case UInt8(ascii: "["): return .array(try readArray())
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "n"): return try readLiteral("null", .null)
    case UInt8(ascii: "t"): return try readLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try readLiteral("false", .bool(false))
    default: return .number(try readNumber())
    }
  }

  private mutating func readObject() throws(MalformedJSON) -> [String: JSONValue] {
    rest.removeFirst()
    var members: [String: JSONValue] = [:]
    if skip("}") { return members }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw MalformedJSON() }
      let name = try readString()
      guard skip(":") else { throw MalformedJSON() }
      path.append(name)
      let earlier = members.updateValue(try readValue(), forKey: name)
      if earlier != nil, repeatedMember == nil { repeatedMember = path.joined(separator: ".") }
      path.removeLast()
    } while skip(",")
    guard skip("}") else { throw MalformedJSON() }
    return members
  }

  private mutating func readArray() throws(MalformedJSON) -> [JSONValue] {
    rest.removeFirst()
    var elements: [JSONValue] = []
    if skip("]") { return elements }
    repeat {
      path.append(String(elements.count))
      elements.append(try readValue())
      path.removeLast()
    } while skip(",")
    guard skip("]") else { throw MalformedJSON() }
    return elements
  }

  private mutating func readLiteral(_ text: String, _ value: JSONValue) throws(MalformedJSON)
    -> JSONValue
  {
    guard rest.starts(with: text.utf8) else { throw MalformedJSON() }
    rest.removeFirst(text.utf8.count)
    return value
  }

  /// The next byte that is not white space, which stays.
  private mutating func peek() -> UInt8? {
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
    return rest.first
  }

  /// Takes the next byte that is not white space if it is `character`.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }
}

extension JSONParser {
  /// Exponents are read up to this magnitude: no text is long enough to make up for more.
  private static let maximumExponent = 1_000_000_000

  mutating func readNumber() throws(MalformedJSON) -> DecimalNumber {
    let isNegative = take("-")
    let integer = try readDigits()
    guard integer.count == 1 || integer.first != UInt8(ascii: "0") else { throw MalformedJSON() }
    let fraction = take(".") ? try readDigits() : []
    let exponent = take("e") || take("E") ? try readExponent() : 0
    return DecimalNumber(
      isNegative: isNegative, integer: integer, fraction: fraction, exponent: exponent)
  }

  private mutating func readExponent() throws(MalformedJSON) -> Int {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    var exponent = 0
    for digit in try readDigits() {
      exponent = min(exponent * 10 + Int(digit - UInt8(ascii: "0")), Self.maximumExponent)
    }
    return isNegative ? -exponent : exponent
  }

  private mutating func readDigits() throws(MalformedJSON) -> ArraySlice<UInt8> {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { throw MalformedJSON() }
    rest = rest[digits.endIndex...]
    return digits
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }
}

extension JSONParser {
  mutating func readString() throws(MalformedJSON) -> String {
    rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MalformedJSON() }
        return text
      case UInt8(ascii: "\\"): bytes.append(contentsOf: try readEscape().utf8)
      case ..<0x20: throw MalformedJSON()
      default: bytes.append(byte)
      }
    }
    throw MalformedJSON()
  }

  private mutating func readEscape() throws(MalformedJSON) -> String {
    switch rest.popFirst() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try readCodePoint()
    default: throw MalformedJSON()
    }
  }

  private mutating func readCodePoint() throws(MalformedJSON) -> String {
    let unit = try readCodeUnit()
    guard UTF16.isLeadSurrogate(unit) else {
      guard let scalar = Unicode.Scalar(unit) else { throw MalformedJSON() }
      return String(scalar)
    }
    guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") else {
      throw MalformedJSON()
    }
    let units = [unit, try readCodeUnit()]
    guard let text = String(validating: units, as: UTF16.self) else { throw MalformedJSON() }
    return text
  }

  private mutating func readCodeUnit() throws(MalformedJSON) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = rest.popFirst(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else { throw MalformedJSON() }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}

/// A JSON text, with its numbers as they were written.
///
/// Foundation's decoder hands numbers out as binary or rounded decimal values; money needs the
/// digits themselves.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(DecimalNumber)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The member of an object; nil if there is none, or this is no object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// The member of an object where it may be left out: `null` is as if it were not there.
  package func present(_ key: String) -> JSONValue? {
    self[key] == .null ? nil : self[key]
  }
}

/// The bytes are not a JSON text (RFC 8259).
package struct MalformedJSON: Error {
  package init() {}
}
