/// The texts of the reports.
struct ReportWords: Sendable {
  let reports: String
  let reportsLead: String
  let reportSummary: String
  let reportPayees: String
  let reportTags: String
  let reportCashFlow: String
  let period: String
  let thisMonth: String
  let lastMonth: String
  let thisYear: String
  let lastTwelveMonths: String
  let showRange: String
  let rangeBad: String
  let byYears: String
  let emptyReport: String
  let before: String
  let changeOver: String
  let kept: String
  let share: String
  let rest: String
  let tag: String
  let noPayee: String
  let noTag: String
  let others: String
  let summaryText: String
  let mostText: String
  let wholeText: String
  let nothingSpent: String
  let cashFlowText: String
  let worthText: String
  let unconverted: String

  static let english = ReportWords(
    reports: "Reports",
    reportsLead: "Income, spending and net worth over any period",
    reportSummary: "Summary",
    reportPayees: "Payees",
    reportTags: "Tags",
    reportCashFlow: "Cash flow",
    period: "Period",
    thisMonth: "This month",
    lastMonth: "Last month",
    thisYear: "This year",
    lastTwelveMonths: "Last 12 months",
    showRange: "Show",
    rangeBad: "Choose two dates from 1900 to 2199, the first one before the last.",
    byYears: "More than ten years are shown year by year.",
    emptyReport: "No transactions in this period.",
    before: "Before",
    changeOver: "Change",
    kept: "Savings rate",
    share: "Share",
    rest: "The rest",
    tag: "Tag",
    noPayee: "No payee",
    noTag: "No tag",
    others: "%d other|%d others",
    summaryText: "%s came in and %s went out. In the period before, it was %s and %s.",
    mostText: "%s was spent. The largest part: %s, %s.",
    wholeText: "%s was spent.",
    nothingSpent: "Nothing was spent.",
    cashFlowText: "%s came in and %s went out. Most was spent here: %s, %s.",
    worthText: "From %s to %s. At the end you have %s and owe %s.",
    unconverted: "Left out, since no exchange rate is known: %s")

  static let german = ReportWords(
    reports: "Berichte",
    reportsLead: "Was kam, was ging und was da ist, über jede Zeit",
    reportSummary: "Überblick",
    reportPayees: "Empfänger",
    reportTags: "Schlagworte",
    reportCashFlow: "Geldfluss",
    period: "Zeit",
    thisMonth: "Dieser Monat",
    lastMonth: "Letzter Monat",
    thisYear: "Dieses Jahr",
    lastTwelveMonths: "Letzte 12 Monate",
    showRange: "Zeigen",
    rangeBad: "Wähle zwei Tage von 1900 bis 2199, den ersten vor dem letzten.",
    byYears: "Mehr als zehn Jahre werden Jahr für Jahr gezeigt.",
    emptyReport: "In dieser Zeit ist nichts gebucht.",
    before: "Davor",
    changeOver: "Änderung",
    kept: "Sparquote",
    share: "Anteil",
    rest: "Der Rest",
    tag: "Schlagwort",
    noPayee: "Ohne Empfänger",
    noTag: "Ohne Schlagwort",
    others: "%d weiterer|%d weitere",
    summaryText: "%s kamen und %s gingen. Gleich lang davor waren es %s und %s.",
    mostText: "Von %s Ausgaben am meisten hierfür: %s, %s.",
    wholeText: "%s wurden ausgegeben.",
    nothingSpent: "Nichts wurde ausgegeben.",
    cashFlowText: "Insgesamt kamen %s und gingen %s. Am meisten ging hier: %s, %s.",
    worthText: "Von %s auf %s. Am Ende sind %s da und %s geschuldet.",
    unconverted: "In keiner Zahl, weil kein Kurs bekannt ist: %s")
}
