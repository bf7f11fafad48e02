import Tenancy

/// The days that a report is of.
package struct ReportPeriod: Sendable, Hashable {
  /// Half open: the upper bound is the day after the last one.
  package let days: Range<CivilDate>

  /// The years that books are kept in.
  package static let years = Posting.years

  /// Nil if the last day comes before the first, or one of them lies outside of ``years``.
  package init?(from first: CivilDate, through last: CivilDate) {
    guard Self.years.contains(first.year), Self.years.contains(last.year), first <= last,
      let end = last.adding(days: 1)
    else { return nil }
    days = first..<end
  }

  /// Nil if the month lies outside of ``years``.
  package init?(_ month: CivilMonth) {
    self.init(from: month.firstDay, through: month.lastDay)
  }

  package var first: CivilDate { days.lowerBound }
  // The day before the upper bound is one of the period.
  package var last: CivilDate { days.upperBound.adding(days: -1)! }

  /// The months that the period touches.
  var months: [CivilMonth] {
    Array(sequence(first: first.civilMonth, next: \.next).prefix { $0 <= last.civilMonth })
  }
}

/// How a period is cut.
package enum ReportInterval: String, Sendable, CaseIterable {
  case day
  /// From Monday to Sunday.
  case week
  case month
}

extension ReportPeriod {
  /// How many intervals a report may have: ten years of days, and more.
  package static let maximumIntervals = 4000

  /// The period cut into whole intervals, but for the first and the last one, which it may cut short.
  ///
  /// - Returns: nil if there are more than ``maximumIntervals``.
  package func intervals(_ interval: ReportInterval) -> [ReportPeriod]? {
    var intervals: [ReportPeriod] = []
    var first = first
    while first <= last {
      guard intervals.count < Self.maximumIntervals else { return nil }
      let end = min(interval.lastDay(with: first), last)
      // It ends within the period.
      let period = ReportPeriod(from: first, through: end)!
      intervals.append(period)
      first = period.days.upperBound
    }
    return intervals
  }
}

extension ReportInterval {
  fileprivate func lastDay(with date: CivilDate) -> CivilDate {
    switch self {
    case .day: date
    // Within a week of a day in the years of the books.
    case .week: date.adding(days: 7 - date.weekday)!
    case .month: date.lastOfMonth
    }
  }
}

/// Which entries a report adds up. A filter that names what the ledger does not have matches nothing.
package struct ReportFilter: Sendable, Hashable {
  package var accountID: Int64?
  package var category: TransactionFilter.Category?
  package var payeeID: Int64?
  package var tag: String?

  package init() {}
}
