import Finance
import Tenancy

/// What somebody has typed into the form of a recurrence: a transaction, and when it recurs.
struct RecurrenceForm: Sendable {
  /// Its date is the first one.
  var entry: TransactionForm
  var unit = Schedule.Unit.month
  var every = "1"
  var weekend = Schedule.Weekend.keep
  var until = ""
  var isActive = true

  /// What is wrong, by field.
  struct Faults: Error, Sendable {
    var entry = TransactionForm.Faults()
    var every: String?
    var until: String?

    var isEmpty: Bool { entry.isEmpty && every == nil && until == nil }
  }

  /// What a form says.
  init(posted form: Form) {
    self.init(form)
    // A box that is not ticked says nothing.
    isActive = form.isOn("active")
  }

  /// What a link to the form says.
  init(_ form: Form) {
    entry = TransactionForm(form)
    unit = Schedule.Unit(rawValue: form.text("unit")) ?? .month
    every = form.text("every").isEmpty ? "1" : form.text("every")
    weekend = Schedule.Weekend(rawValue: form.text("weekend")) ?? .keep
    until = form.text("until")
  }

  init(_ template: TransactionTemplate, _ schedule: Schedule, _ locale: DisplayLocale) {
    var entry = TransactionForm()
    let isTransfer = template.splits.isEmpty && template.target.transferAccountID != nil
    entry.kind = isTransfer ? .transfer : template.money.minorUnits > 0 ? .income : .expense
    let sign: Int128 = entry.kind == .income ? 1 : -1
    entry.amount = locale.plainNumber(
      sign * Int128(template.money.minorUnits), template.money.currency)
    entry.date = schedule.anchor.description
    entry.account = template.accountID
    entry.toAccount = template.target.transferAccountID
    if isTransfer, let arriving = template.target.transferMoney {
      entry.setToAmount(arriving, from: template.money, locale)
    }
    entry.payee = template.payee ?? ""
    entry.category = template.target.categoryID
    entry.memo = template.memo
    self.entry = entry
    unit = schedule.unit
    every = String(schedule.every)
    weekend = schedule.weekend
    until = schedule.until?.description ?? ""
  }

  init(_ recurrence: Recurrence, _ locale: DisplayLocale) {
    self.init(recurrence.template, recurrence.schedule, locale)
    isActive = recurrence.isActive
  }

  /// - Throws: ``Faults``.
  func schedule(_ locale: DisplayLocale) throws(Faults) -> Schedule {
    let words = locale.texts.words
    var faults = Faults()
    let count = Int(every)
    if count.map(Schedule.intervals.contains) != true {
      faults.every = words.recurrenceWords.everyBad
    }
    let (first, last) = (CivilDate(typed: entry.date), CivilDate(typed: until))
    if first == nil { faults.entry.date = words.dateBad }
    if !until.isEmpty, last == nil { faults.until = words.dateBad }
    if let first, let last, last < first { faults.until = words.recurrenceWords.untilBad }
    guard faults.isEmpty, let count, let first else { throw faults }
    return Schedule(unit: unit, every: count, anchor: first, weekend: weekend, until: last)
  }

  /// - Throws: ``Faults``.
  func draft(_ locale: DisplayLocale) throws(Faults) -> RecurrenceDraft {
    let schedule = try schedule(locale)
    let entry = try checkedEntry(locale)
    return RecurrenceDraft(
      transaction: TransactionDraft(
        accountID: entry.account, date: entry.date, amount: entry.amount, payee: entry.payee,
        memo: entry.memo, target: entry.target),
      schedule: schedule, isActive: isActive)
  }

  /// What makes a recurrence what the form says. What is split stays split as it is.
  ///
  /// - Throws: ``Faults``.
  func patch(of old: Recurrence, _ locale: DisplayLocale) throws(Faults) -> RecurrencePatch {
    let schedule = try schedule(locale)
    var patch = RecurrencePatch()
    var transaction = TransactionPatch()
    if old.template.splits.isEmpty {
      let entry = try checkedEntry(locale)
      transaction.accountID = entry.account
      transaction.amount = entry.amount
      transaction.target = TransactionPatch.Target(entry.target)
    }
    var faults = Faults()
    let (payee, memo) = entry.texts(locale.texts.words, &faults.entry)
    guard faults.isEmpty else { throw faults }
    transaction.payee = payee.isEmpty ? .clear : .set(payee)
    transaction.memo = memo
    patch.transaction = transaction
    patch.unit = schedule.unit
    patch.every = schedule.every
    patch.anchor = schedule.anchor
    patch.weekend = schedule.weekend
    patch.until = schedule.until.map { .set($0) } ?? .clear
    patch.isActive = isActive
    return patch
  }

  private func checkedEntry(_ locale: DisplayLocale) throws(Faults) -> TransactionForm.Entry {
    var form = entry
    form.parts = []
    do {
      return try form.entry(locale)
    } catch {
      throw Faults(entry: error)
    }
  }
}

extension RecurrenceForm.Faults {
  /// What the books say.
  init(_ error: InvalidInput, _ words: Words) {
    var inside: [InvalidInput.Fault] = []
    for fault in error.faults {
      switch fault.path.first {
      case "every": every = words.recurrenceWords.everyBad
      case "until": until = words.recurrenceWords.untilBad
      case "anchor_date": entry.date = words.dateBad
      default: inside.append(.init(Array(fault.path.dropFirst()), fault.message))
      }
    }
    let told = TransactionForm.Faults(InvalidInput(inside), words)
    entry.amount = told.amount
    entry.account = told.account
    entry.toAmount = told.toAmount
    entry.general = told.general ?? told.parts
  }
}
