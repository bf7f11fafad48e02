/// The name of one state of a resource (RFC 9110, section 8.8.3).
public struct EntityTag: Sendable, Hashable, CustomStringConvertible {
  /// What stands between the quotes.
  public let value: String
  /// Whether two states that differ in what does not matter may share it.
  public let isWeak: Bool

  /// - Parameter value: has no quotes, spaces or control characters.
  public init(_ value: String, isWeak: Bool = false) {
    self.value = value
    self.isWeak = isWeak
  }

  /// Takes a tag from the front of `text`; nil if none is there.
  init?(from text: inout Substring.UTF8View) {
    let isWeak = text.starts(with: "W/".utf8)
    if isWeak { text.removeFirst(2) }
    let quote = UInt8(ascii: "\"")
    guard text.popFirst() == quote, let end = text.firstIndex(of: quote) else { return nil }
    let value = text[..<end]
    guard value.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    text = text[text.index(after: end)...]
    self.init(String(Substring(value)), isWeak: isWeak)
  }

  /// As a field has it.
  public var description: String { (isWeak ? "W/" : "") + "\"\(value)\"" }
}
