import Finance
import Tenancy

/// A file: what is in it, what becomes of each row, and the way into the books and back.
struct ImportPage: Sendable {
  struct Filter: Sendable {
    let label: String
    let filterLink: String
    let isCurrent: Bool
  }

  struct Source: Sendable {
    let sourceField: String
    let label: String
    let accountChoices: [Choice]
  }

  /// Why something cannot be done with the file, and what somebody has answered, which is shown again.
  struct Refusal: Sendable {
    let fault: String
    var answers: Form?
  }

  /// Which rows are shown.
  struct Shown: Sendable {
    var filter: ImportStore.RowFilter?
    var after = 0

    init(_ query: Form) {
      filter = ImportStore.RowFilter(rawValue: query.text("show"))
      after = Int(query.text("after")) ?? 0
    }

    func query(after n: Int = 0) -> String {
      let parts = [
        filter.map { "show=\($0.rawValue)" }, n > 0 ? "after=\(n)" : nil,
      ].compactMap(\.self)
      return parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))"
    }
  }

  let notice: Notice?
  let title: String
  let about: String
  let generalFault: String?
  let action: String
  let list: String
  let isPreview: Bool
  let isPublished: Bool
  let isReverted: Bool
  let warnings: [String]
  let hasWarnings: Bool
  let reading: ImportReading?
  let sources: [Source]
  let hasSources: Bool
  let filters: [Filter]
  let rows: [ImportRowLine]
  let isWithoutRows: Bool
  let further: String?
  let beginning: String?
  let here: String
  let publishing: String?
  let discarding: String?
  let reverting: String?
  let itsTransactions: String

  init(
    _ file: Import, _ page: (rows: [ImportRow], hasMore: Bool), _ shown: Shown,
    _ accounts: [Account], _ refusal: Refusal?, _ notice: Notice?, _ visit: LedgerVisit
  ) {
    let words = visit.words.importWords
    let wording = ImportWording(words: words)
    let names = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name) })
    self.notice = notice
    title = file.accountID.flatMap { names[$0] } ?? words.importTitle
    about = [
      file.plan.format.rawValue.uppercased(), visit.locale.date(visit.day(of: file.createdAt)),
      wording.text(file.state),
    ].joined(separator: " · ")
    generalFault = refusal?.fault
    let path = "/imports/\(file.id)"
    action = visit.link(path)
    list = visit.link("/imports")
    isPreview = file.state == .preview
    isPublished = file.state == .published
    isReverted = file.state == .reverted
    let isOpen = isPreview && visit.canWrite
    warnings = wording.warnings(file)
    hasWarnings = !warnings.isEmpty && isPreview
    let answers = refusal?.answers
    let accountAnswers = answers.flatMap { $0.isOn("sources") ? $0 : nil }
    reading =
      isOpen
      ? ImportReading(file, accountAnswers == nil ? answers : nil, visit.words) : nil
    let isSettled = file.sources.count == 1 && file.sources[0].accountID != nil
    sources =
      isOpen && !isSettled
      ? file.sources.map { source in
        let field = "source-\(source.index)"
        let chosen: Int64? = accountAnswers.map { $0.id(field) } ?? source.accountID
        return Source(
          sourceField: field, label: wording.label(source),
          accountChoices: Choice.accounts(accounts, chosen: chosen))
      } : []
    hasSources = !sources.isEmpty
    filters = Self.filters(file, shown, visit)
    let rowNames = ImportRowLine.Names(
      accounts: names, hasSeveral: file.sources.count > 1, visit: visit)
    rows = page.rows.map { ImportRowLine($0, of: file, rowNames) }
    isWithoutRows = rows.isEmpty
    further =
      page.hasMore ? page.rows.last.map { visit.link(path + shown.query(after: $0.n)) } : nil
    beginning = shown.after > 0 ? visit.link(path + shown.query()) : nil
    here = visit.path(path + shown.query(after: shown.after))
    publishing = isOpen && file.plan.questions.isEmpty ? visit.link("\(path)/publish") : nil
    discarding = isOpen ? visit.link("\(path)/discard") : nil
    reverting = isPublished && visit.canWrite ? visit.link("\(path)/revert") : nil
    itsTransactions = visit.link("/transactions?import=\(file.id)")
  }

  private static func filters(
    _ file: Import, _ shown: Shown, _ visit: LedgerVisit
  ) -> [Filter] {
    let (words, counts) = (visit.words.importWords, file.counts)
    let kinds: [(ImportStore.RowFilter?, String, Int)] = [
      (nil, words.rowsAll, file.rowsRead), (.new, words.rowsNew.filled(counts.new), counts.new),
      (.possible, words.rowsPossible.filled(counts.possible), counts.possible),
      (.duplicate, words.rowsDuplicate.filled(counts.duplicate), counts.duplicate),
      (.invalid, words.rowsInvalid.filled(counts.invalid), counts.invalid),
    ]
    return kinds.filter { $0.0 == nil || $0.2 > 0 || $0.0 == shown.filter }.map { kind, label, _ in
      var other = shown
      other.filter = kind
      return Filter(
        label: label, filterLink: visit.link("/imports/\(file.id)\(other.query())"),
        isCurrent: kind == shown.filter)
    }
  }
}
