/// What opens the row-level gate of a scope's tables: each lets rows through only in a transaction
/// that has set `terrace.k` to it.
///
/// It is sent with the scope's switch, and is never printed.
public struct GateKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let text: String

  public init(_ text: String) {
    self.text = text
  }

  public var description: String { "<secret>" }
  public var debugDescription: String { "<secret>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
