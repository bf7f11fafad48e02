/// A JSON text whose objects keep the order of their members, and whose strings and numbers stay as
/// they were written.
package indirect enum OrderedJSON: Sendable {
  case object([(key: String, value: OrderedJSON)])
  case array([OrderedJSON])
  /// A string with its quotes, a number, `true`, `false` or `null`.
  case scalar(String)

  mutating func merge(
    _ other: OrderedJSON, at place: String
  ) throws(OpenAPIDocument.InvalidFragment) {
    switch (self, other) {
    case (.object(var members), .object(let others)):
      for (key, value) in others {
        if let index = members.firstIndex(where: { $0.key == key }) {
          try members[index].value.merge(value, at: "\(place)/\(key.dropFirst().dropLast())")
        } else {
          members.append((key, value))
        }
      }
      self = .object(members)
    case (.array(let elements), .array(let others)): self = .array(elements + others)
    default: throw .saidTwice(place)
    }
  }

  package subscript(key: String) -> OrderedJSON? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.key == "\"\(key)\"" }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      let quoted = "\"\(key)\""
      let index = members.firstIndex { $0.key == quoted }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((quoted, value))
      case (nil, nil): return
      }
      self = .object(members)
    }
  }

  /// Gives operations what `x-defaults` has for them, and takes it out.
  mutating func applyDefaults() {
    guard case .array(let defaults)? = self["x-defaults"], case .object(var paths)? = self["paths"]
    else { return }
    for entry in defaults {
      guard case .scalar(let prefix)? = entry["paths"],
        case .array(let methods)? = entry["methods"],
        let operation = entry["operation"]
      else { continue }
      for index in paths.indices where paths[index].key.hasPrefix(prefix.dropLast()) {
        for case .scalar(let method) in methods {
          let name = String(method.dropFirst().dropLast())
          paths[index].value[name]?.fill(from: operation, depth: 2)
        }
      }
    }
    self["paths"] = .object(paths)
    self["x-defaults"] = nil
  }

  /// Takes over the members that are missing, down to a depth of objects.
  private mutating func fill(from other: OrderedJSON, depth: Int) {
    guard depth > 0, case .object(var members) = self, case .object(let others) = other else {
      return
    }
    for (key, value) in others {
      if let index = members.firstIndex(where: { $0.key == key }) {
        members[index].value.fill(from: value, depth: depth - 1)
      } else {
        members.append((key, value))
      }
    }
    self = .object(members)
  }

  /// The members of an object; anything else has none.
  package var members: [(key: String, value: OrderedJSON)] {
    guard case .object(let members) = self else { return [] }
    return members.map { (String($0.key.dropFirst().dropLast()), $0.value) }
  }

  /// The elements of an array; anything else has none.
  package var elements: [OrderedJSON] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  /// The text of a string.
  package var string: String? {
    guard case .scalar(let scalar) = self,
      case .string(let text)? = try? JSONParser.parse(Array(scalar.utf8))
    else { return nil }
    return text
  }

  /// The JSON text, over several lines.
  package var text: String {
    var text = ""
    write(to: &text, indentation: "\n")
    return text
  }

  /// - Parameter indentation: what begins a line.
  func write(to text: inout String, indentation: String) {
    switch self {
    case .scalar(let scalar): text += scalar
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &text, indentation) { member, text, inner in
        text += "\(member.key): "
        member.value.write(to: &text, indentation: inner)
      }
    case .array(let elements):
      Self.write(elements, between: ("[", "]"), to: &text, indentation) { element, text, inner in
        element.write(to: &text, indentation: inner)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], between ends: (String, String), to text: inout String,
    _ indentation: String, _ writeItem: (Item, inout String, String) -> Void
  ) {
    text += ends.0
    for (index, item) in items.enumerated() {
      text += (index == 0 ? "" : ",") + indentation + "  "
      writeItem(item, &text, indentation + "  ")
    }
    text += (items.isEmpty ? "" : indentation) + ends.1
  }

  /// Reads fragments. Scalars are taken as they are: a test has every fragment read by a strict parser.
  struct Scanner {
    private let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func readText() throws(OpenAPIDocument.InvalidFragment) -> OrderedJSON {
      let value = try readValue()
      guard next() == nil else { throw .malformed(offset: offset) }
      return value
    }

    private mutating func readValue() throws(OpenAPIDocument.InvalidFragment) -> OrderedJSON {
      switch next() {
      case UInt8(ascii: "{"):
        return .object(
          try readItems(until: "}") { scanner throws(OpenAPIDocument.InvalidFragment) in
            guard scanner.next() == UInt8(ascii: "\"") else {
              throw .malformed(offset: scanner.offset)
            }
            let key = scanner.readScalar()
            try scanner.take(":")
            return (key, try scanner.readValue())
          })
      case UInt8(ascii: "["):
        return .array(
          try readItems(until: "]") { scanner throws(OpenAPIDocument.InvalidFragment) in
            try scanner.readValue()
          })
      default:
        let scalar = readScalar()
        guard !scalar.isEmpty else { throw .malformed(offset: offset) }
        return .scalar(scalar)
      }
    }

    private mutating func readItems<Item>(
      until end: Unicode.Scalar,
      _ read: (inout Scanner) throws(OpenAPIDocument.InvalidFragment) -> Item
    ) throws(OpenAPIDocument.InvalidFragment) -> [Item] {
      offset += 1
      var items: [Item] = []
      while next() != UInt8(ascii: end) {
        if !items.isEmpty { try take(",") }
        items.append(try read(&self))
      }
      offset += 1
      return items
    }

    private mutating func take(
      _ character: Unicode.Scalar
    ) throws(OpenAPIDocument.InvalidFragment) {
      guard next() == UInt8(ascii: character) else { throw .malformed(offset: offset) }
      offset += 1
    }

    /// A string, or what is not a separator.
    private mutating func readScalar() -> String {
      let start = offset
      let isString = next() == UInt8(ascii: "\"")
      if isString { offset += 1 }
      while offset < bytes.count {
        let byte = bytes[offset]
        if isString, byte == UInt8(ascii: "\"") {
          offset += 1
          break
        }
        if !isString, ",:]} \n\r\t".utf8.contains(byte) { break }
        offset += isString && byte == UInt8(ascii: "\\") ? 2 : 1
      }
      offset = min(offset, bytes.count)
      return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// The byte that comes next, after white space.
    private mutating func next() -> UInt8? {
      while offset < bytes.count, " \n\r\t".utf8.contains(bytes[offset]) { offset += 1 }
      return offset < bytes.count ? bytes[offset] : nil
    }
  }
}
