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
