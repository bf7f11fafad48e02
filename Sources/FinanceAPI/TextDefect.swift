/// Why a text cannot be taken. The description is a sentence without a subject.
enum TextDefect: Error, Equatable, CustomStringConvertible {
  case empty
  case tooLong(maximum: Int, unit: String)
  /// Has U+0000, which Postgres cannot store.
  case nullCharacter

  var description: String {
    switch self {
    case .empty: "must not be empty"
    case .tooLong(let maximum, let unit): "must have at most \(maximum) \(unit)"
    case .nullCharacter: "must not contain the character U+0000"
    }
  }
}
