/// A stretch of time that sums are asked for.
enum Period: String, Sendable, CaseIterable {
  case lastMonth = "last_month"
  case currentMonth = "current_month"

  /// The days of the period for someone whose calendar shows `today`; the upper bound is the first
  /// day after it.
  func days(asOf today: CivilDate) -> Range<CivilDate> {
    switch self {
    case .lastMonth: today.firstOfMonth(offset: -1)..<today.firstOfMonth()
    case .currentMonth: today.firstOfMonth()..<today.firstOfMonth(offset: 1)
    }
  }
}
