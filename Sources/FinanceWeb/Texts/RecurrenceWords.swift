import Finance

/// The texts of what recurs.
struct RecurrenceWords: Sendable {
  let recurrences: String
  let recurrencesLead: String
  let recurrence: String
  let newRecurrence: String
  let recurring: String
  let nothingDue: String
  let noRecurrences: String
  let seemsToRecur: String
  let overdue: String
  let record: String
  let skipOnce: String
  let next: String
  let over: String
  let paused: String
  let times: String
  let splitStays: String
  let firstTime: String
  let lastTime: String
  let untilBad: String
  let every: String
  let everyHow: String
  let everyBad: String
  let unit: String
  let unitDay: String
  let unitWeek: String
  let unitMonth: String
  let unitYear: String
  let eachDay: String
  let eachWeek: String
  let eachMonth: String
  let eachYear: String
  let everyDays: String
  let everyWeeks: String
  let everyMonths: String
  let everyYears: String
  let onWeekends: String
  let weekendKeep: String
  let weekendBefore: String
  let weekendAfter: String
  let isActive: String
  let settledAlready: String
  let templateOutdated: String

  // MARK: What was done
  let recurrenceAdded: String
  let recurrenceSaved: String
  let recurrenceDeleted: String
  let recorded: String
  let skipped: String
  let reopened: String

  func unit(_ unit: Schedule.Unit) -> String {
    switch unit {
    case .day: unitDay
    case .week: unitWeek
    case .month: unitMonth
    case .year: unitYear
    }
  }

  func weekend(_ weekend: Schedule.Weekend) -> String {
    switch weekend {
    case .keep: weekendKeep
    case .before: weekendBefore
    case .after: weekendAfter
    }
  }

  /// Such as `Each month`.
  func schedule(_ schedule: Schedule) -> String {
    switch (schedule.unit, schedule.every) {
    case (.day, 1): eachDay
    case (.week, 1): eachWeek
    case (.month, 1): eachMonth
    case (.year, 1): eachYear
    case (.day, let count): everyDays.filled(count)
    case (.week, let count): everyWeeks.filled(count)
    case (.month, let count): everyMonths.filled(count)
    case (.year, let count): everyYears.filled(count)
    }
  }

  /// Nil if the address says nothing of the kind.
  func done(_ name: String) -> String? {
    switch name {
    case "added": recurrenceAdded
    case "saved": recurrenceSaved
    case "deleted": recurrenceDeleted
    case "recorded": recorded
    case "skipped": skipped
    case "reopened": reopened
    default: nil
    }
  }

  static let english = RecurrenceWords(
    recurrences: "Recurring",
    recurrencesLead: "Rent, salary, subscriptions: what is due",
    recurrence: "Recurring transaction",
    newRecurrence: "Add recurring",
    recurring: "All recurring transactions",
    nothingDue: "Nothing is due in the next 60 days.",
    noRecurrences: """
      Add what comes again and again, such as rent or salary. The month then shows what is still \
      to come.
      """,
    seemsToRecur: "Looks like it recurs",
    overdue: "Overdue",
    record: "Record",
    skipOnce: "Skip",
    next: "next %s",
    over: "ended",
    paused: "paused",
    times: "%d times so far, last %s",
    splitStays: "It is split. Its amounts and categories stay as they are.",
    firstTime: "First date",
    lastTime: "Last date, if there is one",
    untilBad: "The last date comes after the first.",
    every: "Every",
    everyHow: "How many",
    everyBad: "Type a number from 1 to 1000.",
    unit: "Unit",
    unitDay: "days",
    unitWeek: "weeks",
    unitMonth: "months",
    unitYear: "years",
    eachDay: "Each day",
    eachWeek: "Each week",
    eachMonth: "Each month",
    eachYear: "Each year",
    everyDays: "Every %d days",
    everyWeeks: "Every %d weeks",
    everyMonths: "Every %d months",
    everyYears: "Every %d years",
    onWeekends: "If it falls on a weekend",
    weekendKeep: "Keep the day",
    weekendBefore: "Move it to Friday",
    weekendAfter: "Move it to Monday",
    isActive: "Active",
    settledAlready: "This time is recorded or skipped already.",
    templateOutdated: "Its account or category is gone. Open it, and choose another.",
    recurrenceAdded: "Added.",
    recurrenceSaved: "Saved.",
    recurrenceDeleted: "Deleted. What was recorded stays.",
    recorded: "Recorded.",
    skipped: "Skipped this time.",
    reopened: "It is due again.")

  static let german = RecurrenceWords(
    recurrences: "Was wiederkehrt",
    recurrencesLead: "Miete, Lohn, Abos, und wann sie fällig sind",
    recurrence: "Wiederkehrendes",
    newRecurrence: "Neu",
    recurring: "Alles, was wiederkehrt",
    nothingDue: "In den nächsten 60 Tagen ist nichts fällig.",
    noRecurrences: """
      Was immer wieder kommt, etwa Miete oder Lohn, steht hier. Der Monat weiß dann, was noch \
      aussteht.
      """,
    seemsToRecur: "Scheint wiederzukehren",
    overdue: "Überfällig",
    record: "Buchen",
    skipOnce: "Auslassen",
    next: "nächstes %s",
    over: "vorbei",
    paused: "angehalten",
    times: "bisher %d Mal, zuletzt %s",
    splitStays: "Es ist aufgeteilt. Beträge und Kategorien bleiben, wie sie sind.",
    firstTime: "Erstes Mal",
    lastTime: "Letztes Mal, wenn es eines gibt",
    untilBad: "Das letzte Mal kommt nach dem ersten.",
    every: "Alle",
    everyHow: "Wie viele",
    everyBad: "Gib eine Zahl von 1 bis 1000 ein.",
    unit: "Einheit",
    unitDay: "Tage",
    unitWeek: "Wochen",
    unitMonth: "Monate",
    unitYear: "Jahre",
    eachDay: "Jeden Tag",
    eachWeek: "Jede Woche",
    eachMonth: "Jeden Monat",
    eachYear: "Jedes Jahr",
    everyDays: "Alle %d Tage",
    everyWeeks: "Alle %d Wochen",
    everyMonths: "Alle %d Monate",
    everyYears: "Alle %d Jahre",
    onWeekends: "An einem Samstag oder Sonntag",
    weekendKeep: "Bleibt es dabei",
    weekendBefore: "Gilt der Freitag",
    weekendAfter: "Gilt der Montag",
    isActive: "Es geht weiter",
    settledAlready: "Dieses Mal ist schon gebucht oder ausgelassen.",
    templateOutdated: """
      Die Bücher nehmen es nicht, wie es ist. Öffne es und ändere, was es nicht mehr gibt.
      """,
    recurrenceAdded: "Hinzugefügt.",
    recurrenceSaved: "Gespeichert.",
    recurrenceDeleted: "Gelöscht. Was gebucht wurde, bleibt.",
    recorded: "Gebucht.",
    skipped: "Dieses Mal ausgelassen.",
    reopened: "Es ist wieder fällig.")
}
