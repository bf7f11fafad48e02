import Foundation
import Tenancy

/// What a member of a JSON object must be, and how it is read.
package struct FieldType<Value> {
  /// Why a value is none of the type: a sentence without a subject, such as `must be a string`.
  package struct Mismatch: Error {
    package let message: String

    package init(_ message: String) {
      self.message = message
    }
  }

  package let read: (JSONValue) throws(Mismatch) -> Value

  package init(_ read: @escaping (JSONValue) throws(Mismatch) -> Value) {
    self.read = read
  }

  /// A string that `parse` understands.
  package static func string(
    _ expected: String, _ parse: @escaping (String) -> Value?
  ) -> FieldType {
    FieldType { value throws(Mismatch) in
      guard case .string(let text) = value, let parsed = parse(text) else {
        throw Mismatch("must be \(expected)")
      }
      return parsed
    }
  }
}

extension FieldType where Value == String {
  /// A text of one line, without white space at its ends, and not empty.
  ///
  /// - Parameter limit: in Unicode scalars.
  package static func name(upTo limit: Int) -> FieldType {
    FieldType { value throws(Mismatch) in
      let text = try line(upTo: limit).read(value)
      guard !text.isEmpty else { throw Mismatch("must not be empty") }
      return text
    }
  }

  /// A text of one line, without white space at its ends. It may be empty.
  ///
  /// - Parameter limit: in Unicode scalars.
  package static func line(upTo limit: Int) -> FieldType {
    FieldType { value throws(Mismatch) in
      let text = try text(upTo: limit).read(value)
      guard !text.contains(where: { $0.isNewline || $0 == "\t" }) else {
        throw Mismatch("must be one line")
      }
      return text
    }
  }

  /// A text, which is handed out without white space and what has no width at its ends. It may be empty and have several
  /// lines, but nothing that would change how the text around it is shown.
  ///
  /// - Parameter limit: in Unicode scalars.
  package static func text(upTo limit: Int) -> FieldType {
    FieldType { value throws(Mismatch) in
      guard case .string(let string) = value else { throw Mismatch("must be a string") }
      guard string.unicodeScalars.count <= limit else {
        throw Mismatch("must have at most \(limit) characters")
      }
      let isClean = string.unicodeScalars.allSatisfy { scalar in
        !scalar.isLayoutControl || scalar == "\n" || scalar == "\t"
      }
      guard isClean else {
        throw Mismatch("must not have control characters or bidirectional controls")
      }
      return string.trimmingCharacters(in: invisible).precomposedStringWithCanonicalMapping
    }
  }

  /// Inside a text some of it joins or parts letters; at its ends it only makes equal texts differ.
  private static var invisible: CharacterSet {
    CharacterSet.whitespacesAndNewlines.union(
      CharacterSet(charactersIn: "\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{00AD}"))
  }

  /// An IANA time zone's name.
  package static var timeZone: FieldType {
    .string("an IANA time zone such as Europe/Zurich") { text in
      // Aliases such as Asia/Kolkata are not among the known identifiers. Offsets are no zones' names.
      text == "UTC" || text.contains("/") && TimeZone(identifier: text) != nil ? text : nil
    }
  }

  /// An ISO 4217 code. Which there are is for the server's own list to say.
  package static var currencyCode: FieldType {
    .string("an ISO 4217 currency code such as EUR") { text in
      text.utf8.count == 3 && text != "XXX"
        && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        ? text : nil
    }
  }
}

extension FieldType where Value == Int64 {
  /// An id, which is a string that clients take as it is.
  package static var id: FieldType {
    .string("an id, which is a string") { Int64(id: $0) }
  }
}

extension FieldType where Value == Int {
  package static func integer(in range: ClosedRange<Int>) -> FieldType {
    FieldType { value throws(Mismatch) in
      guard case .number(let number) = value, let integer = number.scaled(byPowerOfTen: 0),
        range.contains(Int(integer))
      else { throw Mismatch("must be an integer from \(range.lowerBound) to \(range.upperBound)") }
      return Int(integer)
    }
  }
}

extension FieldType where Value == Bool {
  package static var bool: FieldType {
    FieldType { value throws(Mismatch) in
      guard case .bool(let flag) = value else { throw Mismatch("must be true or false") }
      return flag
    }
  }
}

extension FieldType where Value == DecimalNumber {
  /// A decimal number in a string, such as an amount of money.
  package static var decimal: FieldType {
    .string(#"a decimal number in a string, such as "-12.30""#) { DecimalNumber($0) }
  }
}

extension FieldType where Value == CivilDate {
  package static var date: FieldType {
    .string("a date such as 2026-11-28") { CivilDate($0) }
  }
}

extension FieldType where Value == CivilMonth {
  package static var month: FieldType {
    .string("a month such as 2026-11") { CivilMonth($0) }
  }
}

extension FieldType where Value == Date {
  /// RFC 3339.
  package static var instant: FieldType {
    .string("an instant such as 2026-11-28T12:00:00Z") { try? Date($0, strategy: .iso8601) }
  }
}

extension FieldType
where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of a few words.
  package static var choice: FieldType {
    .string("one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")) {
      Value(rawValue: $0)
    }
  }
}

extension Int64 {
  /// The number of an id: digits without zeros in front. Nil if `text` is none, whatever else it
  /// may be; no object has such an id.
  package init?(id text: some StringProtocol) {
    guard let first = text.utf8.first, first != UInt8(ascii: "0"), first != UInt8(ascii: "+"),
      first != UInt8(ascii: "-"), let number = Int64(text)
    else { return nil }
    self = number
  }
}
