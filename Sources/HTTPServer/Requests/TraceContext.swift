/// A W3C trace context: the field `traceparent`, `00-<trace id>-<parent id>-<flags>`.
public struct TraceContext: Hashable, Sendable {
  /// 32 hexadecimal digits.
  public let traceID: String

  /// - Parameter traceID: 32 hexadecimal digits, in lower case and not all of them zero.
  package init(traceID: String) {
    self.traceID = traceID
  }

  /// Reads the field; nil if it is malformed, which the standard wants ignored.
  public init?(_ field: String) {
    let parts = field.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff",
      parts[0] != "00" || parts.count == 4, Self.isHex(parts[1], 32), Self.isHex(parts[2], 16),
      Self.isHex(parts[3], 2), parts[1].contains(where: { $0 != "0" }),
      parts[2].contains(where: { $0 != "0" })
    else { return nil }
    traceID = String(parts[1])
  }

  private static func isHex(_ text: Substring, _ length: Int) -> Bool {
    text.utf8.count == length
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}
