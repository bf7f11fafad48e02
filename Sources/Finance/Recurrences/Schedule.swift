import Tenancy

/// When something recurs: on the anchor, and every so many days, weeks, months or years after it.
///
/// Each due date is computed from the anchor, never from the one before: what is due on the 31st is
/// due on the last day of a shorter month, and on the 31st again after it.
package struct Schedule: Sendable, Hashable {
  package enum Unit: String, Sendable, CaseIterable {
    case day, week, month, year
  }

  /// What becomes of an occurrence that is due on a Saturday or Sunday.
  package enum Weekend: String, Sendable, CaseIterable {
    /// It stays.
    case keep
    /// It moves to the Friday before.
    case before
    /// It moves to the Monday after.
    case after
  }

  /// How many units may lie between two occurrences.
  package static let intervals = 1...1000

  package var unit: Unit
  /// One of ``intervals``.
  package var every: Int
  /// The first due date.
  package var anchor: CivilDate
  package var weekend: Weekend
  /// The last date that something can be due on; nil is the end of the books' years.
  package var until: CivilDate?

  package init(
    unit: Unit, every: Int = 1, anchor: CivilDate, weekend: Weekend = .keep,
    until: CivilDate? = nil
  ) {
    self.unit = unit
    self.every = every
    self.anchor = anchor
    self.weekend = weekend
    self.until = until
  }

  /// The due date number `index`, counted from 0; nil after the last one.
  package func dueDate(_ index: Int) -> CivilDate? {
    let count = index * every
    let date =
      switch unit {
      case .day: anchor.adding(days: count)
      case .week: anchor.adding(days: 7 * count)
      case .month: anchor.adding(months: count)
      case .year: anchor.adding(months: 12 * count)
      }
    guard let date, date.year <= Posting.years.upperBound else { return nil }
    if let until, date > until { return nil }
    return date
  }

  /// The due dates from `start` on, in order.
  package func dueDates(from start: CivilDate) -> some Sequence<CivilDate> {
    sequence(state: firstIndex(from: start)) { index in
      defer { index += 1 }
      return dueDate(index)
    }
  }

  package func isDue(on date: CivilDate) -> Bool {
    dueDate(firstIndex(from: date)) == date
  }

  /// The day on which an occurrence is to happen. Its due date stays what it is known by.
  package func date(ofDue due: CivilDate) -> CivilDate {
    // 1 is Monday.
    let daysAfterFriday = due.weekday - 5
    guard weekend != .keep, daysAfterFriday > 0 else { return due }
    let days = weekend == .before ? -daysAfterFriday : 3 - daysAfterFriday
    return due.adding(days: days) ?? due
  }

  /// The index of the first due date that is not before `start`.
  private func firstIndex(from start: CivilDate) -> Int {
    guard start > anchor else { return 0 }
    let distance =
      switch unit {
      case .day: start.daysSinceEpoch - anchor.daysSinceEpoch
      case .week: (start.daysSinceEpoch - anchor.daysSinceEpoch) / 7
      case .month: start.civilMonth.monthsSinceYear0 - anchor.civilMonth.monthsSinceYear0
      case .year: start.year - anchor.year
      }
    var index = distance / every
    // A few days of the unit that it fell into may have been before `start`.
    while let date = dueDate(index), date < start { index += 1 }
    return index
  }
}

extension CivilMonth {
  fileprivate var monthsSinceYear0: Int { year * 12 + month - 1 }
}
