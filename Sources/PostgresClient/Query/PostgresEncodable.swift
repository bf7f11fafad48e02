import Foundation

/// A value that can be bound to a parameter.
public protocol PostgresEncodable: Sendable {
  /// The value in Postgres' text format.
  var postgresText: String { get }
}

extension String: PostgresEncodable {
  public var postgresText: String { self }
}

extension Int: PostgresEncodable {
  public var postgresText: String { String(self) }
}

extension Int64: PostgresEncodable {
  public var postgresText: String { String(self) }
}

extension Int32: PostgresEncodable {
  public var postgresText: String { String(self) }
}

extension Bool: PostgresEncodable {
  public var postgresText: String { self ? "t" : "f" }
}

extension UUID: PostgresEncodable {
  public var postgresText: String { uuidString }
}

/// A type whose arrays can be bound to a parameter.
public protocol PostgresArrayElement: Sendable {
  /// The array in Postgres' text format.
  static func postgresText(of array: [Self]) -> String
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
  public var postgresText: String { Element.postgresText(of: self) }
}

extension UInt8: PostgresArrayElement {
  /// `bytea`, in hex form.
  public static func postgresText(of array: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 2 + array.count * 2) { buffer in
      buffer[0] = UInt8(ascii: "\\")
      buffer[1] = UInt8(ascii: "x")
      for (index, byte) in array.enumerated() {
        buffer[2 + index * 2] = digits[Int(byte >> 4)]
        buffer[3 + index * 2] = digits[Int(byte & 15)]
      }
      return 2 + array.count * 2
    }
  }
}

extension Int64: PostgresArrayElement {
  /// `bigint[]`.
  public static func postgresText(of array: [Int64]) -> String {
    var text = ArrayText(of: array.count)
    for element in array { text.append(plain: element.postgresText) }
    return text.finish()
  }
}

extension String: PostgresArrayElement {
  /// `text[]`, each element quoted.
  public static func postgresText(of array: [String]) -> String {
    var text = ArrayText(of: array.count)
    for element in array { text.append(quoted: element) }
    return text.finish()
  }
}

/// An array some of whose elements are NULL.
extension Optional: PostgresArrayElement where Wrapped: PostgresEncodable {
  public static func postgresText(of array: [Wrapped?]) -> String {
    var text = ArrayText(of: array.count)
    for element in array {
      if let element {
        text.append(quoted: element.postgresText)
      } else {
        // Without quotes; a text of these letters has quotes.
        text.append(plain: "NULL")
      }
    }
    return text.finish()
  }
}

/// The text of an array, which is made byte by byte: a file is imported as arrays of all its values.
private struct ArrayText {
  private var bytes: [UInt8] = []

  init(of count: Int) {
    bytes.reserveCapacity(count * 12 + 2)
    bytes.append(UInt8(ascii: "{"))
  }

  /// Adds an element that has nothing which must be quoted.
  mutating func append(plain element: String) {
    separate()
    bytes.append(contentsOf: element.utf8)
  }

  mutating func append(quoted element: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    var element = element
    element.withUTF8 { text in
      guard text.contains(where: Self.isEscaped) else { return bytes.append(contentsOf: text) }
      for byte in text {
        if Self.isEscaped(byte) { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func finish() -> String {
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func separate() {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"")
  }
}

/// `timestamptz`, to the microsecond, in UTC.
extension Date: PostgresEncodable {
  public var postgresText: String {
    let microseconds = Int64((timeIntervalSince1970 * 1_000_000).rounded())
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    // Borrow a second where the instant lies before 1970, so that the fraction is positive.
    let whole = Date(timeIntervalSince1970: Double(fraction < 0 ? seconds - 1 : seconds))
    let digits = String(fraction < 0 ? fraction + 1_000_000 : fraction)
    let padding = String(repeating: "0", count: 6 - digits.count)
    return whole.formatted(.iso8601).dropLast() + "." + padding + digits + "Z"
  }
}
