/// The texts of the month's picture of what flows, and of what waits in it.
struct MonthWords: Sendable {
  let flowTitle: String
  let flowText: String
  let flowTextOver: String
  let flowFrom: String
  let flowTo: String
  let flowKept: String
  let flowReserves: String
  let flowRest: String
  let fileWaits: String
  let lookAt: String
  let firstBalanceHint: String
  let exampleLead: String
  let showExample: String
  let exampleNote: String
  let removeExample: String

  static let english = MonthWords(
    flowTitle: "Where your money came from and went",
    flowText: "%s came in and %s went out: %s is left.",
    flowTextOver: "%s came in and %s went out: %s more than came in.",
    flowFrom: "From",
    flowTo: "To",
    flowKept: "Left over",
    flowReserves: "From savings",
    flowRest: "Other",
    fileWaits: "%s: a file with %d new transactions",
    lookAt: "Review",
    firstBalanceHint: "If you import past months next, type the balance from before them.",
    exampleLead: "Or look around first, in a made-up household with a year of transactions.",
    showExample: "Open the example",
    exampleNote: "This household is an example. Remove it when you have seen enough.",
    removeExample: "Remove the example")

  static let german = MonthWords(
    flowTitle: "Woher es kam und wohin es ging",
    flowText: "%s kamen herein und %s gingen hinaus: %s sind übrig.",
    flowTextOver: "%s kamen herein und %s gingen hinaus: %s mehr, als hereinkam.",
    flowFrom: "Woher",
    flowTo: "Wohin",
    flowKept: "Übrig",
    flowReserves: "Vom Ersparten",
    flowRest: "Anderes",
    fileWaits: "%s: eine Bankdatei, %d neu",
    lookAt: "Ansehen",
    firstBalanceHint: "Wenn du gleich vergangene Monate importierst, gib den Saldo davor ein.",
    exampleLead: "Oder sieh dich erst um: ein Jahr in einem Haushalt, der für sich steht.",
    showExample: "Ein Beispiel zeigen",
    exampleNote: "Dieser Haushalt ist ein Beispiel. Er geht mit allem, was darin ist.",
    removeExample: "Das Beispiel entfernen")
}
