/// Some characters.
struct ScalarSet: Sendable, Hashable {
  enum Member: Sendable, Hashable {
    case range(ClosedRange<Unicode.Scalar>)
    case scalarClass(ScalarClass)
    case otherThan(ScalarClass)
  }

  private let members: [Member]
  private let isNegated: Bool

  init(_ members: [Member], isNegated: Bool = false) {
    self.members = members
    self.isNegated = isNegated
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isMember = members.contains { member in
      switch member {
      case .range(let range): range.contains(scalar)
      case .scalarClass(let scalars): scalars.contains(scalar)
      case .otherThan(let scalars): !scalars.contains(scalar)
      }
    }
    return isMember != isNegated
  }
}

/// The characters of `\d`, `\w` and `\s`.
enum ScalarClass: Sendable, Hashable {
  case digit, word, space

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return switch self {
    case .digit: properties.generalCategory == .decimalNumber
    case .word: properties.isAlphabetic || properties.numericType != nil || scalar == "_"
    case .space: properties.isWhitespace
    }
  }
}
