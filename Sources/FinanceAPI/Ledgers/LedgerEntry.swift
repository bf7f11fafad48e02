/// Money that came in or went out on a day.
struct LedgerEntry: Hashable, Sendable {
  enum Kind: String, Sendable {
    case income, expense
  }

  let kind: Kind
  let amount: Amount
  let description: String?
  let occurredOn: CivilDate
}
