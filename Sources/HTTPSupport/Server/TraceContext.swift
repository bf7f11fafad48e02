/// A W3C trace context: the field `traceparent`, `00-<trace id>-<parent id>-<flags>`.
public struct TraceContext: Hashable, Sendable {
  /// 32 hexadecimal digits.
  public let traceID: String
  /// 16 hexadecimal digits: the span that calls.
  public let parentID: String
  public let isSampled: Bool

  /// Reads the field; nil if it is malformed, which the standard wants ignored.
  public init?(_ field: String) {
    let parts = field.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff",
      parts[0] != "00" || parts.count == 4, Self.isHex(parts[1], 32), Self.isHex(parts[2], 16),
      Self.isHex(parts[3], 2), parts[1].contains(where: { $0 != "0" }),
      parts[2].contains(where: { $0 != "0" }), let flags = UInt8(parts[3], radix: 16)
    else { return nil }
    traceID = String(parts[1])
    parentID = String(parts[2])
    isSampled = flags & 1 == 1
  }

  private init(traceID: String, parentID: String, isSampled: Bool) {
    self.traceID = traceID
    self.parentID = parentID
    self.isSampled = isSampled
  }

  /// The context to pass on: the same trace, with a span of our own as the parent.
  public func child() -> TraceContext {
    let id = String(UInt64.random(in: 1 ... .max), radix: 16)
    let padding = String(repeating: "0", count: 16 - id.count)
    return TraceContext(traceID: traceID, parentID: padding + id, isSampled: isSampled)
  }

  /// The value of the field.
  public var field: String { "00-\(traceID)-\(parentID)-\(isSampled ? "01" : "00")" }

  private static func isHex(_ text: Substring, _ length: Int) -> Bool {
    text.utf8.count == length
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}
