import Finance
import HTTPSupport
import Tenancy

/// The parameters that all reports take.
struct ReportQuery {
  let period: ReportPeriod
  let filter: ReportFilter

  /// - Throws: `Problem` 400 with all that is wrong with the query.
  init(_ reader: QueryReader) throws {
    let filter = ReportFilter(reader)
    let period = reader.reportPeriod()
    try reader.finish()
    // The reader has told of it where there is none.
    guard let period else { throw Problem.invalid([]) }
    self.period = period
    self.filter = filter
  }
}

/// The parameters of what is told for each interval of a period.
struct IntervalQuery {
  let period: ReportPeriod
  let interval: ReportInterval
  let intervals: [ReportPeriod]
  let filter: ReportFilter

  /// - Parameter isFiltered: whether there may be filters.
  /// - Throws: `Problem` 400 with all that is wrong with the query.
  init(_ reader: QueryReader, isFiltered: Bool) throws {
    let filter = isFiltered ? ReportFilter(reader) : ReportFilter()
    let period = reader.reportPeriod()
    let interval = reader.required("interval", FieldType<ReportInterval>.choice)
    let intervals = interval.flatMap { period?.intervals($0) }
    if interval != nil, period != nil, intervals == nil {
      reader.report(
        "makes more than \(ReportPeriod.maximumIntervals) of the period", at: "interval")
    }
    try reader.finish()
    // The reader has told of it where one of them is missing.
    guard let period, let interval, let intervals else { throw Problem.invalid([]) }
    self.period = period
    self.interval = interval
    self.intervals = intervals
    self.filter = filter
  }
}

extension ReportFilter {
  /// The filters of a report, of which some may be wrong; the reader tells.
  fileprivate init(_ query: QueryReader) {
    self.init()
    accountID = query.optional("account_id", .id)
    category = query.optional(
      "category_id",
      .string("an id, or none") { text in
        text == "none"
          ? TransactionFilter.Category.none : Int64(id: text).map(TransactionFilter.Category.id)
      })
    payeeID = query.optional("payee_id", .id)
    tag = query.optional("tag", .name(upTo: 50))
  }
}

extension QueryReader {
  /// The period in `month`, or in `start_date` and `end_date`; the reader tells what is wrong.
  fileprivate func reportPeriod() -> ReportPeriod? {
    let month = optional("month", .month)
    let first = optional("start_date", .date)
    let last = optional("end_date", .date)
    let years =
      "must be in the years \(ReportPeriod.years.lowerBound) to \(ReportPeriod.years.upperBound)"
    guard !has("month") else {
      for name in ["start_date", "end_date"] where has(name) {
        report("must not be there where there is a month", at: name)
      }
      guard let month else { return nil }
      let period = ReportPeriod(month)
      if period == nil { report(years, at: "month") }
      return period
    }
    for name in ["start_date", "end_date"] where !has(name) {
      report("is required, since there is no month", at: name)
    }
    guard let first, let last else { return nil }
    let period = ReportPeriod(from: first, through: last)
    if period == nil {
      report(last < first ? "must not be before start_date" : years, at: "end_date")
    }
    return period
  }
}
