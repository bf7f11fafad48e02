/// The texts of the pages of accounts and reconciliations.
struct AccountWords: Sendable {
  // MARK: The list
  let moreTab: String
  let youHave: String
  let youOwe: String
  let closedAccounts: String
  let noAccountsYet: String
  let clearedBalance: String
  let neverReconciled: String
  let sinceReconciled: String
  let reconcile: String
  let change: String
  let manage: String

  // MARK: Kinds of accounts
  let accountType: String
  let typeChecking: String
  let typeSavings: String
  let typeCash: String
  let typeCreditCard: String
  let typeLoan: String
  let typeInvestment: String
  let typeAsset: String
  let typeLiability: String

  // MARK: The form
  let newAccount: String
  let accountAdded: String
  let accountNameBad: String
  let accountNameTaken: String
  let accountNoteBad: String
  let currency: String
  let currencyBad: String
  let firstBalance: String
  let balanceHint: String
  let firstBalanceDate: String
  let openingLocked: String
  let closeAccount: String
  let closeHint: String
  let closeDate: String
  let closeBad: String
  let accountClosed: String
  let closedSince: String
  let reopenAccount: String
  let accountReopened: String

  // MARK: Reconciliations
  let reconcileTitle: String
  let reconcileLead: String
  let statementDate: String
  let statementBalance: String
  let beginReconciling: String
  let continueReconciling: String
  let pastReconciliations: String
  let noReconciliations: String
  let clearedSoFar: String
  let difference: String
  let tickLead: String
  let tickNone: String
  let tickOlder: String
  let tickLocked: String
  let saveTicks: String
  let finishReconciling: String
  let finishAdjusting: String
  let matches: String
  let reconcileDone: String
  let reconcileUndone: String
  let notBalanced: String
  let notLatest: String
  let abandon: String
  let finishedLead: String

  static let english = AccountWords(
    moreTab: "More",
    youHave: "What you have",
    youOwe: "What you owe",
    closedAccounts: "Closed",
    noAccountsYet: """
      An account is where money is: a bank account, a card, cash. Add your first one.
      """,
    clearedBalance: "%s cleared",
    neverReconciled: "Never reconciled",
    sinceReconciled: "Reconciled %s",
    reconcile: "Reconcile",
    change: "Change",
    manage: "Manage",
    accountType: "Kind of account",
    typeChecking: "Checking account",
    typeSavings: "Savings account",
    typeCash: "Cash",
    typeCreditCard: "Credit card",
    typeLoan: "Loan",
    typeInvestment: "Investment",
    typeAsset: "Other asset",
    typeLiability: "Other debt",
    newAccount: "New account",
    accountAdded: "Account added.",
    accountNameBad: "Type a name of up to 100 letters, digits and signs.",
    accountNameTaken: "Another account has this name.",
    accountNoteBad: "Type a note of up to 1000 letters, digits and signs.",
    currency: "Currency",
    currencyBad: "Type the three letters of a currency, such as EUR.",
    firstBalance: "Opening balance",
    balanceHint: "Put a minus before what you owe, such as -420.",
    firstBalanceDate: "Date of this balance",
    openingLocked: """
      A reconciliation has locked the opening balance. Undo it to change that.
      """,
    closeAccount: "Close account",
    closeHint: "It leaves the lists. Its transactions stay.",
    closeDate: "Last day",
    closeBad: """
      The account begins, or has transactions, after this day. Choose a later one.
      """,
    accountClosed: "The account is closed.",
    closedSince: "Closed since %s.",
    reopenAccount: "Reopen account",
    accountReopened: "The account is open again.",
    reconcileTitle: "Reconcile %s",
    reconcileLead: """
      Compare the account with your bank. Type what the statement says, then tick what is on it.
      """,
    statementDate: "Statement date",
    statementBalance: "Balance on the statement",
    beginReconciling: "Start",
    continueReconciling: "Continue",
    pastReconciliations: "Past statements",
    noReconciliations: "None yet.",
    clearedSoFar: "Ticked",
    difference: "Difference",
    tickLead: "Tick what is on the statement.",
    tickNone: "Everything up to this day is reconciled already.",
    tickOlder: "Only the newest are shown. Older ones count as they are.",
    tickLocked: "locked by the other account",
    saveTicks: "Update",
    finishReconciling: "Finish",
    finishAdjusting: "Finish, and add the difference",
    matches: "It matches.",
    reconcileDone: "Reconciled.",
    reconcileUndone: "The statement is undone.",
    notBalanced: "It does not match yet. Tick what is missing, or have the difference added.",
    notLatest: "A later statement of the account is finished. Undo that one first.",
    abandon: "Discard this statement",
    finishedLead: "Finished. What was ticked up to %s is locked.")

  static let german = AccountWords(
    moreTab: "Mehr",
    youHave: "Was du hast",
    youOwe: "Was du schuldest",
    closedAccounts: "Geschlossen",
    noAccountsYet: """
      Ein Konto ist, wo Geld liegt: ein Bankkonto, eine Karte, Bargeld. Lege das erste an.
      """,
    clearedBalance: "%s bestätigt",
    neverReconciled: "Nie abgeglichen",
    sinceReconciled: "Abgeglichen %s",
    reconcile: "Abgleichen",
    change: "Ändern",
    manage: "Verwalten",
    accountType: "Art des Kontos",
    typeChecking: "Girokonto",
    typeSavings: "Sparkonto",
    typeCash: "Bargeld",
    typeCreditCard: "Kreditkarte",
    typeLoan: "Kredit",
    typeInvestment: "Geldanlage",
    typeAsset: "Etwas von Wert",
    typeLiability: "Andere Schuld",
    newAccount: "Neues Konto",
    accountAdded: "Das Konto ist da.",
    accountNameBad: "Gib einen Namen aus bis zu 100 Buchstaben, Ziffern und Zeichen ein.",
    accountNameTaken: "Ein anderes Konto heißt so.",
    accountNoteBad: "Gib eine Notiz aus bis zu 1000 Buchstaben, Ziffern und Zeichen ein.",
    currency: "Währung",
    currencyBad: "Gib die drei Buchstaben einer Währung ein, etwa EUR.",
    firstBalance: "Saldo am Anfang",
    balanceHint: "Was du schuldest, ist negativ, etwa -420.",
    firstBalanceDate: "Am",
    openingLocked: """
      Ein Abgleich hat den Saldo am Anfang gesperrt. Nimm ihn zurück, um den zu ändern.
      """,
    closeAccount: "Konto schließen",
    closeHint: "Es verschwindet aus den Listen, und alles, was darin war, bleibt in den Büchern.",
    closeDate: "Letzter Tag",
    closeBad: """
      Das Konto beginnt nach diesem Tag oder hat Buchungen danach. Wähle einen späteren.
      """,
    accountClosed: "Das Konto ist geschlossen.",
    closedSince: "Geschlossen seit %s.",
    reopenAccount: "Wieder öffnen",
    accountReopened: "Das Konto ist wieder offen.",
    reconcileTitle: "%s abgleichen",
    reconcileLead: """
      Vergleiche das Konto mit deiner Bank. Gib ein, was der Auszug sagt, und hake dann ab, was \
      darauf steht.
      """,
    statementDate: "Datum des Auszugs",
    statementBalance: "Saldo auf dem Auszug",
    beginReconciling: "Beginnen",
    continueReconciling: "Weitermachen",
    pastReconciliations: "Bisherige Auszüge",
    noReconciliations: "Noch keiner.",
    clearedSoFar: "Abgehakt",
    difference: "Differenz",
    tickLead: "Hake ab, was auf dem Auszug steht.",
    tickNone: "Bis zu diesem Tag ist alles schon abgeglichen.",
    tickOlder: "Die neuesten werden gezeigt. Was älter ist, zählt, wie es ist.",
    tickLocked: "vom anderen Konto gesperrt",
    saveTicks: "Neu rechnen",
    finishReconciling: "Abschließen",
    finishAdjusting: "Abschließen und die Differenz buchen",
    matches: "Es stimmt.",
    reconcileDone: "Abgeglichen.",
    reconcileUndone: "Der Auszug ist zurückgenommen.",
    notBalanced: "Es stimmt noch nicht. Hake ab, was fehlt, oder lass die Differenz buchen.",
    notLatest: "Ein späterer Auszug des Kontos ist abgeschlossen. Nimm zuerst den zurück.",
    abandon: "Diesen Auszug verwerfen",
    finishedLead: "Abgeschlossen. Was bis %s abgehakt war, ist gesperrt.")
}
