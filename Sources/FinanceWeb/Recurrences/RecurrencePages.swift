import Finance
import Hummingbird
import Tenancy

/// What recurs: what is due, what there is, and what seems to recur.
struct RecurrencesPage: Sendable {
  struct Due: Sendable {
    let dueDay: String
    let name: String
    let about: String
    let isOverdue: Bool
    let amount: Figure
    let recording: String?
    let skipping: String?
  }

  struct Line: Sendable {
    let name: String
    let about: String
    let amount: Figure
    let target: String?
    let isOff: Bool
  }

  let notice: DoneNotice?
  let adding: String?
  let due: [Due]
  let hasDue: Bool
  let lines: [Line]
  let hasLines: Bool
  let suggestions: [Line]
  let hasSuggestions: Bool
  var generalFault: String?

  /// For how many days what is due is shown.
  private static let days = 60
  private static let longest = 60

  init(_ request: Request, _ visit: LedgerVisit) async throws {
    let (words, locale) = (visit.words.recurrenceWords, visit.locale)
    let store = RecurrenceStore(visit.database)
    async let upcoming = store.upcoming(
      until: visit.today.adding(days: Self.days), after: nil, limit: Self.longest)
    async let all = store.list()
    async let found = store.suggestions()
    async let accounts = AccountStore(visit.database).list(at: nil)
    async let categories = CategoryStore(visit.database).list()
    let names = RecurrenceNames(try await accounts, try await categories, visit)
    notice = DoneNotice(request, visit)
    adding = visit.canWrite ? visit.link("/recurrences/new") : nil
    due = try await upcoming.occurrences.map { occurrence in
      let template = occurrence.recurrence.template
      let path = visit.link(
        "/recurrences/\(occurrence.recurrence.id)/occurrences/\(occurrence.dueDate)")
      let isOverdue = occurrence.date < visit.today
      return Due(
        dueDay: locale.day(occurrence.date), name: names.title(template),
        about: (isOverdue ? [words.overdue] : []).joined() + (isOverdue ? " · " : "")
          + names.account(template),
        isOverdue: isOverdue, amount: names.amount(template),
        recording: visit.canWrite ? "\(path)/record" : nil,
        skipping: visit.canWrite ? "\(path)/skip" : nil)
    }
    hasDue = !due.isEmpty
    lines = try await all.map { recurrence in
      let next =
        recurrence.isActive
        ? recurrence.schedule.dueDates(from: visit.today).first { _ in true } : nil
      return Line(
        name: names.title(recurrence.template),
        about: [
          words.schedule(recurrence.schedule),
          recurrence.isActive
            ? next.map { words.next.filled(locale.date($0)) } ?? words.over : words.paused,
          names.account(recurrence.template),
        ].joined(separator: " · "),
        amount: names.amount(recurrence.template),
        target: visit.link("/recurrences/\(recurrence.id)"), isOff: !recurrence.isActive)
    }
    hasLines = !lines.isEmpty
    suggestions = try await found.map { suggestion in
      Line(
        name: names.title(suggestion.template),
        about: [
          words.schedule(suggestion.schedule),
          words.times.filled(suggestion.transactions.count, locale.date(suggestion.lastDate)),
        ].joined(separator: " · "),
        amount: names.amount(suggestion.template),
        target: visit.canWrite
          ? visit.link("/recurrences/new?\(suggestion.query(locale))") : nil,
        isOff: false)
    }
    hasSuggestions = !suggestions.isEmpty
  }
}

/// How templates are named on a page.
private struct RecurrenceNames {
  private let accounts: [Int64: String]
  private let categories: [Int64: String]
  private let visit: LedgerVisit

  init(_ accounts: [Account], _ categories: [Finance.Category], _ visit: LedgerVisit) {
    self.accounts = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name) })
    self.categories = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, $0.name) })
    self.visit = visit
  }

  func title(_ template: TransactionTemplate) -> String {
    let memo = template.memo.isEmpty ? nil : template.memo
    return template.payee ?? memo ?? template.target.categoryID.flatMap { categories[$0] }
      ?? template.target.transferAccountID.flatMap { accounts[$0] }
      .map { visit.words.transferTo.filled($0) } ?? visit.words.noCategory
  }

  func account(_ template: TransactionTemplate) -> String { accounts[template.accountID] ?? "" }

  func amount(_ template: TransactionTemplate) -> Figure {
    let currency = template.money.currency
    return Figure(
      Int128(template.money.minorUnits), currency, visit.locale,
      symbol: currency != visit.ledger.currency, plus: true)
  }
}

extension RecurrenceSuggestion {
  /// The fields of the form that it fills.
  fileprivate func query(_ locale: DisplayLocale) -> String {
    let form = RecurrenceForm(template, schedule, locale)
    let fields: [(String, String?)] = [
      ("kind", form.entry.kind.rawValue), ("amount", form.entry.amount),
      ("date", form.entry.date), ("account", form.entry.account.map(String.init)),
      ("to", form.entry.toAccount.map(String.init)), ("to-amount", form.entry.toAmount),
      ("payee", form.entry.payee),
      ("category", form.entry.category.map(String.init)), ("memo", form.entry.memo),
      ("unit", form.unit.rawValue), ("every", form.every),
    ]
    return fields.compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : "\(name)=\($0.queryEncoded)" }
    }.joined(separator: "&")
  }
}

extension DoneNotice {
  /// What was done to an occurrence, and how it is undone.
  fileprivate init?(_ request: Request, _ visit: LedgerVisit) {
    let query = request.query
    self.init(visit.words.recurrenceWords.done(query.text("done")))
    guard visit.canWrite, let id = query.id("id") else { return }
    switch query.text("done") {
    case "recorded": undo = visit.link("/transactions/\(id)/delete")
    case "skipped":
      if let due = CivilDate(query.text("due")) {
        undo = visit.link("/recurrences/\(id)/occurrences/\(due)/reopen")
      }
    default: break
    }
  }
}

/// The form of a recurrence.
struct RecurrencePage: Sendable {
  /// The transaction's part of it.
  let entry: TransactionPage
  let action: String
  let deleting: String?
  let title: String
  let keepsSplit: Bool
  let isEditable: Bool
  let typedEvery: String
  let unitChoices: [Choice]
  let weekendChoices: [Choice]
  let typedUntil: String
  let isActive: Bool
  let everyFault: String?
  let untilFault: String?
  let cancel: String

  init(
    _ form: RecurrenceForm, _ recurrence: Recurrence?, _ faults: RecurrenceForm.Faults,
    _ options: TransactionPage.Options, _ visit: LedgerVisit
  ) {
    let words = visit.words.recurrenceWords
    entry = TransactionPage(form.entry, nil, faults.entry, options, nil, visit)
    let path = recurrence.map { visit.link("/recurrences/\($0.id)") }
    action = path ?? visit.link("/recurrences")
    isEditable = visit.canWrite
    deleting = isEditable ? path.map { "\($0)/delete" } : nil
    title = recurrence == nil ? words.newRecurrence : words.recurrence
    keepsSplit = recurrence.map { !$0.template.splits.isEmpty } ?? false
    typedEvery = form.every
    unitChoices = Schedule.Unit.allCases.map { unit in
      Choice(value: unit.rawValue, label: words.unit(unit), isChosen: unit == form.unit)
    }
    weekendChoices = Schedule.Weekend.allCases.map { weekend in
      Choice(
        value: weekend.rawValue, label: words.weekend(weekend), isChosen: weekend == form.weekend)
    }
    typedUntil = form.until
    isActive = form.isActive
    everyFault = faults.every
    untilFault = faults.until
    cancel = visit.link("/recurrences")
  }
}
