/// What the values of a column tell about its decimal separator.
struct NumberEvidence: Sendable {
  /// How many values are numbers, in one reading at least.
  private(set) var numbers = 0
  private(set) var others = 0
  private(set) var negatives = 0
  /// Numbers that can be read with one separator alone, by that separator.
  private var decisive: [DecimalSeparator: Int] = [:]
  /// A number that each separator reads differently, such as `3.000`.
  private(set) var ambiguous: String?
  /// How many have a fraction or a separator: dates and numbers of accounts have none.
  private(set) var withMarks = 0

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    guard let number = try? LocalizedNumber(bytes) else {
      others += 1
      return
    }
    if number.hasMarks {
      let point = number.value(decimal: .point)
      let comma = number.value(decimal: .comma)
      switch (point, comma) {
      case (nil, nil):
        others += 1
        return
      case (_, nil): decisive[.point, default: 0] += 1
      case (nil, _): decisive[.comma, default: 0] += 1
      default:
        if point != comma, ambiguous == nil { ambiguous = String(clean: bytes, limit: 40) }
      }
      withMarks += 1
    }
    numbers += 1
    if number.isNegative { negatives += 1 }
  }

  mutating func add(_ other: NumberEvidence) {
    numbers += other.numbers
    others += other.others
    negatives += other.negatives
    withMarks += other.withMarks
    decisive.merge(other.decisive, uniquingKeysWith: +)
    ambiguous = ambiguous ?? other.ambiguous
  }

  /// Whether there are numbers enough for a column whose name says that it has some.
  var hasNumbers: Bool { numbers > 0 && numbers * 10 >= (numbers + others) * 3 }

  var isNumeric: Bool { numbers > 0 && numbers * 10 >= (numbers + others) * 7 }

  /// The separator of the column; nil if it has only numbers that do not tell.
  var separator: DecimalSeparator? {
    let point = decisive[.point, default: 0]
    let comma = decisive[.comma, default: 0]
    if point == comma { return nil }
    return point > comma ? .point : .comma
  }

  /// Whether a person has to say which separator is the decimal one: some number does not tell, and
  /// the others do not agree.
  var isOpen: Bool { ambiguous != nil && decisive.count != 1 }
}
