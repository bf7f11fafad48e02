import HTTPSupport

extension JSONValue {
  /// Whether the value is one that Python takes for false, as the app that this API replaces did.
  var isFalsy: Bool {
    switch self {
    case .null: true
    case .bool(let value): !value
    case .number(let number): number.isZero
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    }
  }
}
