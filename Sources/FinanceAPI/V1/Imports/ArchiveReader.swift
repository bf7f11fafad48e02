import Finance
import HTTPSupport
import StatementFormats
import Tenancy

/// Reads an object of an export, and says what is missing where.
struct ArchiveReader {
  let value: JSONValue
  private let place: String

  init(_ value: JSONValue, _ place: String) {
    self.value = value
    self.place = place
  }

  func text(_ name: String) throws(StatementFileError) -> String {
    guard let text = optionalText(name) else { throw missing(name) }
    return text
  }

  /// No text of a ledger has the character that the database has not.
  func optionalText(_ name: String) -> String? {
    guard case .string(let text) = value[name], !text.unicodeScalars.contains("\0") else {
      return nil
    }
    return text
  }

  func required<Value>(
    _ name: String, _ parse: (String) -> Value?
  ) throws(StatementFileError) -> Value {
    guard let value = parse(try text(name)) else { throw missing(name) }
    return value
  }

  func id(_ name: String) -> Int64? { optionalText(name).flatMap { Int64(id: $0) } }

  func requiredID(_ name: String) throws(StatementFileError) -> Int64 {
    try required(name) { Int64(id: $0) }
  }

  func amount(_ name: String, in currency: Currency) throws(StatementFileError) -> Money {
    try required(name) { text in
      DecimalNumber(text).flatMap { try? Money($0, in: currency) }
    }
  }

  func flag(_ name: String) -> Bool { value[name] == .bool(true) }

  func texts(_ name: String) -> [String] {
    (value[name]?.elements ?? []).compactMap { element in
      if case .string(let text) = element, !text.unicodeScalars.contains("\0") { text } else { nil }
    }
  }

  func array<Element>(
    _ name: String, _ read: (ArchiveReader) throws(StatementFileError) -> Element
  ) throws(StatementFileError) -> [Element] {
    var elements: [Element] = []
    for (index, element) in (value[name]?.elements ?? []).enumerated() {
      elements.append(try read(ArchiveReader(element, "\(name)/\(index)")))
    }
    return elements
  }

  /// What is made by the same reader as a request's body.
  func body<Value>(
    of names: [String], _ read: (BodyReader) throws -> Value?
  ) throws(StatementFileError) -> Value {
    var members: [String: JSONValue] = [:]
    for name in names { members[name] = value[name] }
    guard let body = try? BodyReader(.object(members)), let value = try? read(body) else {
      throw StatementFileError(.malformed, "The export has nothing that makes sense in \(place).")
    }
    return value
  }

  func missing(_ name: String) -> StatementFileError {
    StatementFileError(.malformed, "The export has no \(name) that makes sense in \(place).")
  }
}

extension JSONValue {
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }
}
