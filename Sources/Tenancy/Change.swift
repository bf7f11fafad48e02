/// What a patch does to something that may be missing (RFC 7396).
package enum Change<Value> {
  case keep
  case clear
  case set(Value)

  /// What there is after the change.
  package func applied(to value: Value?) -> Value? {
    switch self {
    case .keep: value
    case .clear: nil
    case .set(let new): new
    }
  }

  package var isKeep: Bool {
    if case .keep = self { true } else { false }
  }
}

extension Change: Sendable where Value: Sendable {}
