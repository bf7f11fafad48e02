import Finance
import Tenancy

extension CivilDate {
  /// The day that somebody has typed; nil if it is none, or outside of the years that books are kept in.
  init?(typed text: String) {
    guard let date = CivilDate(text), ReportPeriod.years.contains(date.year) else { return nil }
    self = date
  }
}
