import Tenancy

/// What the values of a column tell about the order of its dates' parts.
struct DateEvidence: Sendable {
  private struct Reading: Sendable {
    var dates = 0
    /// How often a date is after, and before, the one above it.
    var rises = 0
    var falls = 0
    var last: CivilDate?

    mutating func add(_ date: CivilDate) {
      dates += 1
      if let last {
        if date > last { rises += 1 }
        if date < last { falls += 1 }
      }
      last = date
    }

    /// Whether the dates are sorted, as those of statements are.
    var isSorted: Bool { min(rises, falls) == 0 && max(rises, falls) > 0 }
  }

  private(set) var values = 0
  private var readings: [DateOrder: Reading] = [:]
  /// A date whose order matters.
  private(set) var example: String?
  private var exampleHasDots = false

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    values += 1
    guard let text = DateText(bytes) else { return }
    if text.dependsOnOrder, example == nil {
      example = String(clean: bytes, limit: 40)
      exampleHasDots = text.hasDots
    }
    for order in DateOrder.allCases {
      if let date = text.date(order) { readings[order, default: Reading()].add(date) }
    }
  }

  /// The number of dates in the order that reads most.
  private var most: Int { readings.values.map(\.dates).max() ?? 0 }

  var isDate: Bool { values > 0 && most * 10 >= values * 7 }

  /// Whether there are dates enough for a column whose name says that it has some.
  var hasDates: Bool { most > 0 && most * 10 >= values * 3 }

  /// The orders that read as many values as any.
  private var orders: [DateOrder] {
    guard most > 0 else { return [] }
    // Where a year of four digits or a name tells, it is no matter which.
    guard example != nil else { return [.yearMonthDay] }
    return DateOrder.allCases.filter { readings[$0]?.dates == most }
  }

  /// The order of the parts, and the question if several fit. The default is the order that leaves
  /// the dates sorted, as statements have them; else the usual one.
  func decided(
    prefersMonthFirst: Bool
  ) -> (value: DateOrder, question: MappingQuestion?) {
    let orders = orders
    guard orders.count > 1, let example else { return (orders.first ?? .yearMonthDay, nil) }
    // Before dots the day comes first, unless one of the dates says otherwise.
    if exampleHasDots, orders.contains(.dayMonthYear) { return (.dayMonthYear, nil) }
    let sorted = orders.filter { readings[$0]?.isSorted == true }
    let preferred: [DateOrder] =
      prefersMonthFirst && example.contains("/")
      ? [.monthDayYear, .dayMonthYear, .yearMonthDay]
      : [.dayMonthYear, .monthDayYear, .yearMonthDay]
    let candidates = sorted.isEmpty ? orders : sorted
    let value = preferred.first(where: candidates.contains) ?? .dayMonthYear
    let options = [value] + orders.filter { $0 != value }
    return (value, .dateOrder(example: example, options: options))
  }
}
