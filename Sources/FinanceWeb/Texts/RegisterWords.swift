/// The texts of what is done to lines of a register, and of the keys.
struct RegisterWords: Sendable {
  // MARK: A category, and what follows from it
  let categorized: String
  let makeRule: String
  let ruleMade: String

  // MARK: The list
  let moreFilters: String
  let filtersInUse: String
  let anyKind: String
  let searchHint: String

  // MARK: Several lines
  let chooseSeveral: String
  let chooseAll: String
  let chooseDone: String
  let chosenCount: String
  let addTag: String
  let applyToChosen: String
  let severalChanged: String
  let severalPartly: String
  let severalDeletedPartly: String
  let severalLocked: String
  let tagBad: String

  // MARK: The form
  let payeeBad: String
  let memoBad: String
  let fromAccount: String
  let toAmount: String
  let toAmountHint: String
  let toAmountBad: String

  // MARK: Without a network
  let queuedOffline: String

  // MARK: Keys
  let keyTransfer: String
  let keySearch: String
  let keyStep: String
  let keyOpen: String
  let keyMonths: String
  let keyCategory: String
  let keyAttention: String
  let keyChoose: String
  let keyLeave: String

  static let english = RegisterWords(
    categorized: "Categorized.",
    makeRule: "Always for this payee",
    ruleMade: "Done: from now on, imports do this automatically.",
    moreFilters: "Filters",
    filtersInUse: "Filters (%d)",
    anyKind: "Any kind",
    searchHint: "Payee or note",
    chooseSeveral: "Select several",
    chooseAll: "All",
    chooseDone: "Done",
    chosenCount: "Selected",
    addTag: "Add a tag",
    applyToChosen: "Apply",
    severalChanged: "Changed.",
    severalPartly: "Changed, except what is locked, split, or a transfer.",
    severalDeletedPartly: "Deleted, except what is locked.",
    severalLocked: "Nothing has changed: a reconciliation with the bank has locked it.",
    tagBad: "Type a tag of up to 50 letters, digits and signs, without commas.",
    payeeBad: "Type up to 200 letters, digits and signs in one line.",
    memoBad: "Type up to 1000 letters, digits and signs.",
    fromAccount: "From account",
    toAmount: "Amount that arrives",
    toAmountHint: "Only if the other account has another currency.",
    toAmountBad: """
      Type what the other account gets in its currency. Leave it empty if both have the same one.
      """,
    queuedOffline: "You are offline. It is kept here, and sent when there is a network again.",
    keyTransfer: "Record a transfer",
    keySearch: "Search",
    keyStep: "Next and previous transaction",
    keyOpen: "Open the transaction",
    keyMonths: "Previous and next month",
    keyCategory: "Choose its category, or list what has none",
    keyAttention: "Link a transfer, cover overspending, review a file",
    keyChoose: "Select several, then each transaction",
    keyLeave: "Leave the field")

  static let german = RegisterWords(
    categorized: "Eingeordnet.",
    makeRule: "Bei diesem Empfänger immer",
    ruleMade: "So ist es von nun an in jeder Bankdatei.",
    moreFilters: "Filter",
    filtersInUse: "Filter (%d)",
    anyKind: "Jede Art",
    searchHint: "Empfänger oder Notiz",
    chooseSeveral: "Mehrere wählen",
    chooseAll: "Alle",
    chooseDone: "Fertig",
    chosenCount: "Gewählt",
    addTag: "Schlagwort dazu",
    applyToChosen: "Anwenden",
    severalChanged: "Sie sind geändert.",
    severalPartly: "Geändert, außer was gesperrt, aufgeteilt oder eine Umbuchung ist.",
    severalDeletedPartly: "Gelöscht, außer was gesperrt ist.",
    severalLocked: "Nichts ist geändert: ein Abgleich mit der Bank hat es gesperrt.",
    tagBad: "Gib ein Schlagwort aus bis zu 50 Buchstaben, Ziffern und Zeichen ein, ohne Komma.",
    payeeBad: "Gib bis zu 200 Buchstaben, Ziffern und Zeichen in einer Zeile ein.",
    memoBad: "Gib bis zu 1000 Buchstaben, Ziffern und Zeichen ein.",
    fromAccount: "Von Konto",
    toAmount: "Betrag, der ankommt",
    toAmountHint: "Nur wenn das andere Konto eine andere Währung hat.",
    toAmountBad: """
      Gib ein, was das andere Konto in seiner Währung bekommt. Lass es leer, wenn beide dieselbe \
      haben.
      """,
    queuedOffline: "Hier aufgehoben, bis es wieder ein Netz gibt.",
    keyTransfer: "Umbuchung erfassen",
    keySearch: "Suchen",
    keyStep: "Im Register hinunter und hinauf",
    keyOpen: "Zeile öffnen",
    keyMonths: "Der Monat davor, der Monat danach",
    keyCategory: "Kategorie der Zeile, oder einordnen, was keine hat",
    keyAttention: "Umbuchung verbinden, decken, Datei ansehen",
    keyChoose: "Mehrere wählen, und dann die Zeile",
    keyLeave: "Feld verlassen")
}
