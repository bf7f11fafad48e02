import Tenancy

/// Income and expense of a period, or assets and liabilities at its end.
package struct IntervalSums: Sendable, Hashable {
  package let period: ReportPeriod
  package let sums: ConvertedSums
}

/// Income and expense by something, such as by payee.
package struct Breakdown<Line: Sendable>: Sendable {
  package let whole: IntervalSums
  package let lines: [Line]
  /// What lines that are not shown come to.
  package var others: Others?

  package struct Others: Sendable, Hashable {
    /// How many they are.
    package let count: Int
    package let sums: ConvertedSums
  }
}

/// What one payee or tag has to do with.
package struct NamedSums: Sendable, Hashable {
  /// Nil for what has none.
  package let id: Int64?
  package let name: String?
  package let sums: ConvertedSums
}

/// What came in or went out in a category.
package struct CategorySums: Sendable, Hashable {
  /// Nil for what has no category.
  package let id: Int64?
  package let name: String
  package let isIncome: Bool
  /// Those of its children included.
  package let sums: ConvertedSums
  /// Those of the category itself.
  package let direct: ConvertedSums
  package let children: [CategorySums]
}

/// What happened to one account, in its currency.
package struct AccountSums: Sendable, Hashable {
  package let id: Int64
  package let name: String
  package let type: AccountType
  package let currency: Currency
  /// The balance before the period, with an opening balance that was recorded in it.
  package let opening: Int128
  package let inflow: Int128
  package let outflow: Int128

  package var closing: Int128 { opening + inflow - outflow }
}

/// An account's balance at the end of a day.
package struct BalancePoint: Sendable, Hashable {
  package let period: ReportPeriod
  package let balance: Int128
}
