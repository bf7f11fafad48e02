import Foundation

/// A value that can be read from a column in Postgres' text format.
public protocol PostgresDecodable {
  /// The value that `text` (not null-terminated) stands for; nil if it stands for none.
  init?(postgresText text: UnsafeBufferPointer<UInt8>)
}

extension String: PostgresDecodable {
  public init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    self.init(decoding: text, as: UTF8.self)
  }
}

extension PostgresDecodable where Self: FixedWidthInteger & SignedInteger {
  @inlinable public init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    guard let first = text.first else { return nil }
    let negative = first == UInt8(ascii: "-")
    let digits = negative ? text.dropFirst() : text[...]
    guard !digits.isEmpty else { return nil }
    var value: Self = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let unit = Self(digit - UInt8(ascii: "0"))
      let (sum, overflow2) =
        negative
        ? shifted.subtractingReportingOverflow(unit) : shifted.addingReportingOverflow(unit)
      guard !overflow, !overflow2 else { return nil }
      value = sum
    }
    self = value
  }
}

extension Int: PostgresDecodable {}
extension Int64: PostgresDecodable {}
extension Int32: PostgresDecodable {}

extension Bool: PostgresDecodable {
  public init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 1 else { return nil }
    switch text[0] {
    case UInt8(ascii: "t"): self = true
    case UInt8(ascii: "f"): self = false
    default: return nil
    }
  }
}

extension UUID: PostgresDecodable {
  public init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    self.init(uuidString: String(decoding: text, as: UTF8.self))
  }
}

/// A type whose arrays can be read from a column.
public protocol PostgresArrayDecodable {
  /// The array that `text` stands for; nil if it stands for none.
  static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [Self]?
}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
  public init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    guard let array = Element.array(postgresText: text) else { return nil }
    self = array
  }
}

extension Int64: PostgresArrayDecodable {
  /// `bigint[]` of one dimension, without NULLs.
  public static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [Int64]? {
    guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
    var array: [Int64] = []
    for element in text[1..<(text.count - 1)].split(separator: UInt8(ascii: ",")) {
      guard let value = Int64(postgresText: UnsafeBufferPointer(rebasing: element)) else {
        return nil
      }
      array.append(value)
    }
    return array
  }
}

extension String: PostgresArrayDecodable {
  /// `text[]` of one dimension, without NULLs.
  public static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [String]? {
    guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
    var array: [String] = []
    var element: [UInt8] = []
    var (isQuoted, hasElement) = (false, false)
    var rest = text[1..<(text.count - 1)]
    func take() { array.append(String(decoding: element, as: UTF8.self)) }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else { return nil }
        element.append(next)
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        take()
        element = []
        hasElement = true
        continue
      default: element.append(byte)
      }
      hasElement = true
    }
    if hasElement { take() }
    return isQuoted ? nil : array
  }
}

/// `bytea`, in hex form.
extension UInt8: PostgresArrayDecodable {
  public static func array(postgresText text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"),
      text[1] == UInt8(ascii: "x")
    else { return nil }
    var bytes = [UInt8]()
    bytes.reserveCapacity(text.count / 2 - 1)
    for index in stride(from: 2, to: text.count, by: 2) {
      guard let high = nibble(text[index]), let low = nibble(text[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// `timestamptz` as Postgres prints it in UTC with `DateStyle` ISO: `2026-11-23 00:42:34.5+00`.
extension Date: PostgresDecodable {
  public init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    let string = String(decoding: text, as: UTF8.self)
    guard string.hasSuffix("+00") else { return nil }
    let parts = string.dropLast(3).split(separator: ".", maxSplits: 1)
    guard let whole = parts.first,
      let seconds = try? Date(
        String(whole) + "Z",
        strategy: .iso8601.year().month().day().dateTimeSeparator(.space).time(
          includingFractionalSeconds: false
        ).timeZone(separator: .omitted))
    else { return nil }
    let fraction = parts.count == 2 ? Double("0." + parts[1]) ?? 0 : 0
    self = seconds.addingTimeInterval(fraction)
  }
}
