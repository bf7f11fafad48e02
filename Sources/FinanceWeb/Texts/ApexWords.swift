/// The texts where no tenant is.
struct ApexWords: Sendable {
  let apexTitle: String
  let apexText: String
  let tenantName: String
  let tenantNameBad: String
  let goToTenant: String

  static let english = ApexWords(
    apexTitle: "Where are your books?",
    apexText: "Each household, club or company has an address of its own. Type its name.",
    tenantName: "Name in the address",
    tenantNameBad: "A name has small letters, digits and single hyphens between them.",
    goToTenant: "Go there")

  static let german = ApexWords(
    apexTitle: "Wo sind deine Bücher?",
    apexText: """
      Jede Familie, jeder Verein und jede Firma hat eine eigene Adresse. Gib ihren Namen ein.
      """,
    tenantName: "Name in der Adresse",
    tenantNameBad: "Ein Name hat kleine Buchstaben, Ziffern und einzelne Bindestriche dazwischen.",
    goToTenant: "Dorthin")
}
