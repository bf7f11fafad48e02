/// The texts of what the books do not take: the one place of each language for what the domain says of a
/// change that no field of a form is about.
struct RefusalWords: Sendable {
  let accountShut: String
  let categoryShut: String
  let dateOutside: String
  let amountUnfit: String
  let rowLocked: String
  let halfOfTransfer: String
  let incomePlanned: String
  let bankNumberTaken: String
  let recurrencesFull: String
  let booksChanged: String

  static let english = RefusalWords(
    accountShut: "Nothing has changed: the account is closed or gone. Open it again first.",
    categoryShut: """
      Nothing has changed: the category is archived or gone. Use it again first, or choose another.
      """,
    dateOutside: "Nothing has changed: the books take dates from 1900 to 2199.",
    amountUnfit: "Nothing has changed: the amount does not fit the account’s currency.",
    rowLocked: """
      Nothing has changed: a reconciliation with the bank has locked it. Undo that first.
      """,
    halfOfTransfer: """
      Nothing has changed: a transfer that is there has this money already. Delete that one first.
      """,
    incomePlanned: "Nothing has changed: only spending is planned, and this is income.",
    bankNumberTaken: """
      Nothing has changed: the account has another transaction with the same number of the bank.
      """,
    recurrencesFull: "There is no room for more that recurs. Delete something first.",
    booksChanged: """
      Nothing has changed: the books do not take it so. Somebody may have changed them meanwhile. Look \
      once more.
      """)

  static let german = RefusalWords(
    accountShut: """
      Nichts hat sich geändert: Das Konto ist geschlossen oder weg. Öffne es zuerst wieder.
      """,
    categoryShut: """
      Nichts hat sich geändert: Die Kategorie ist archiviert oder weg. Benutze sie zuerst wieder, oder \
      wähle eine andere.
      """,
    dateOutside: "Nichts hat sich geändert: Die Bücher nehmen Tage von 1900 bis 2199.",
    amountUnfit: "Nichts hat sich geändert: Der Betrag passt nicht zur Währung des Kontos.",
    rowLocked: """
      Nichts hat sich geändert: Ein Abgleich mit der Bank hat sie gesperrt. Nimm zuerst den zurück.
      """,
    halfOfTransfer: """
      Nichts hat sich geändert: In einer Umbuchung ist dieses Geld schon. Lösche zuerst die.
      """,
    incomePlanned:
      "Nichts hat sich geändert: Geplant werden nur Ausgaben, und das ist eine Einnahme.",
    bankNumberTaken: """
      Nichts hat sich geändert: Das Konto hat eine andere Buchung mit derselben Nummer der Bank.
      """,
    recurrencesFull: "Mehr Wiederkehrendes hat keinen Platz. Lösche zuerst etwas.",
    booksChanged: """
      Nichts hat sich geändert: So nehmen die Bücher es nicht. Vielleicht hat sie jemand inzwischen \
      geändert. Sieh noch einmal hin.
      """)
}

extension Words {
  func text(_ refusal: Refusal) -> String {
    switch refusal {
    case .account: refusalWords.accountShut
    case .category: refusalWords.categoryShut
    case .date: refusalWords.dateOutside
    case .amount: refusalWords.amountUnfit
    case .reconciled: refusalWords.rowLocked
    case .transferMerged: refusalWords.halfOfTransfer
    case .incomeCategory: refusalWords.incomePlanned
    case .externalID: refusalWords.bankNumberTaken
    case .tooManyRecurrences: refusalWords.recurrencesFull
    case .tooManyRules: ruleWords.rulesFull
    case .changed: refusalWords.booksChanged
    }
  }
}
