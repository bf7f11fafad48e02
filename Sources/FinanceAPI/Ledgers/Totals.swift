/// What came in and went out of a ledger over some days, in minor units of its currency.
struct Totals: Hashable, Sendable {
  let income: Int128
  let expense: Int128
  let currency: Currency

  var net: Int128 { income - expense }
}
