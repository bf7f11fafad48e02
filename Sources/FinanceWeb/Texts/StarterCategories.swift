import Finance

/// The categories that a household may begin with, in the user's language.
struct StarterCategories: Sendable {
  let spending: [String]
  let income: [String]

  var drafts: [CategoryDraft] {
    spending.map { CategoryDraft(name: $0, kind: .expense) }
      + income.map { CategoryDraft(name: $0, kind: .income) }
  }

  static let english = StarterCategories(
    spending: [
      "Rent or mortgage", "Utilities", "Phone and internet", "Insurance", "Groceries",
      "Eating out", "Transport", "Household", "Clothes", "Health", "Leisure", "Subscriptions",
      "Gifts", "Travel",
    ],
    income: ["Salary", "Other income"])

  static let german = StarterCategories(
    spending: [
      "Miete oder Kredit", "Nebenkosten", "Telefon und Internet", "Versicherungen",
      "Lebensmittel", "Auswärts essen", "Verkehr", "Haushalt", "Kleidung", "Gesundheit",
      "Freizeit", "Abos", "Geschenke", "Reisen",
    ],
    income: ["Lohn", "Andere Einnahmen"])
}
