import PostgresClient
import Tenancy

extension EntrySums {
  /// What a row of ``query(in:)`` says.
  struct Row {
    let kind: AccountKind
    /// The account's, payee's or tag's id.
    let key: Int64?
    /// The payee's or tag's name.
    let name: String?
    let currency: Currency
    /// The last day of the interval; the day before the period for what was before.
    let day: CivilDate
    let inflow: Int128
    let outflow: Int128
    /// The day whose rate converts income and expense in another currency than the ledger's: the last
    /// of their month. Nil for all else.
    let rateDay: CivilDate?

    init(_ row: PostgresRow) throws {
      guard let kind = AccountKind(rawValue: try row.decode(0)) else {
        throw PostgresError(code: .decoding, detail: "no kind of account")
      }
      self.kind = kind
      key = try row.decodeIfPresent(1)
      name = try row.decodeIfPresent(2)
      currency = Currency(code: try row.decode(3))
      day = try row.decode(4)
      inflow = try row.decode(5)
      outflow = try row.decode(6)
      rateDay = try row.decodeIfPresent(7)
    }

    /// As people see it: what income accounts give and expense accounts take, what there is and what
    /// is owed.
    var sums: SumPair {
      switch kind {
      case .income: SumPair(plus: outflow - inflow, minus: 0)
      case .expense: SumPair(plus: 0, minus: inflow - outflow)
      case .asset, .equity: SumPair(plus: inflow - outflow, minus: 0)
      case .liability: SumPair(plus: 0, minus: outflow - inflow)
      }
    }
  }
}
