/// What a report is about.
enum ReportKind: String, Sendable, CaseIterable {
  case summary, categories, payees, tags
  case cashFlow = "cash-flow"
  case netWorth = "net-worth"

  /// Below `/reports`; the summary stands there itself.
  var path: String { self == .summary ? "/reports" : "/reports/\(rawValue)" }

  /// Whether it shows how something goes on, which a month is too short for.
  var isSeries: Bool { self == .cashFlow || self == .netWorth }

  func title(_ words: Words) -> String {
    switch self {
    case .summary: words.reportWords.reportSummary
    case .categories: words.categories
    case .payees: words.reportWords.reportPayees
    case .tags: words.reportWords.reportTags
    case .cashFlow: words.reportWords.reportCashFlow
    case .netWorth: words.netWorth
    }
  }
}
