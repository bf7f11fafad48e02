/// Why a text cannot be taken. The description is a sentence without a subject, and has nothing in
/// it that a client sent.
enum TextDefect: Error, Equatable, CustomStringConvertible {
  case empty
  case tooLong(maximum: Int, unit: String)
  /// Has a character that it must not have, or not there.
  case forbidden(Unicode.Scalar)
  /// Has spaces other than single ones between words.
  case spaces
  case mixedDirections

  var description: String {
    switch self {
    case .empty: "must not be empty"
    case .tooLong(let maximum, let unit): "must have at most \(maximum) \(unit)"
    case .forbidden(let scalar): "must not contain the character \(Self.name(of: scalar))"
    case .spaces: "must not begin or end with a space, nor have two in a row"
    case .mixedDirections:
      "must not mix writing from left to right with writing from right to left"
    }
  }

  private static func name(of scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return scalar.properties.name.map { "\(code) (\($0))" } ?? code
  }
}
