import PostgresClient
import Tenancy

/// What entries come to by account, currency and month: what they add to the sums that are kept.
struct MonthSums {
  private struct Key: Hashable {
    let account: Int64
    let currency: String
    let month: CivilMonth
  }

  private struct Sums {
    var inflow: Int128 = 0
    var outflow: Int128 = 0
    var clearedInflow: Int128 = 0
    var clearedOutflow: Int128 = 0
  }

  /// How many sums one statement adds to.
  private static let pageSize = 5000

  private var sums: [Key: Sums] = [:]

  init(of entries: some Sequence<Entry> = EmptyCollection()) {
    add(entries)
  }

  mutating func add(_ entries: some Sequence<Entry>) {
    for entry in entries {
      let amount = Int128(entry.money.minorUnits)
      let (currency, month) = (entry.money.currency.code, entry.date.civilMonth)
      let target = Key(account: entry.to.id, currency: currency, month: month)
      sums[target, default: Sums()].inflow += amount
      if entry.toStatus != .pending { sums[target, default: Sums()].clearedInflow += amount }
      let source = Key(account: entry.from.id, currency: currency, month: month)
      sums[source, default: Sums()].outflow += amount
      if entry.fromStatus != .pending { sums[source, default: Sums()].clearedOutflow += amount }
    }
  }

  /// Adds them to the sums of the ledger.
  func queries(in ledgerID: Int64) -> [PostgresQuery] {
    let sorted = sums.sorted { left, right in
      (left.key.account, left.key.currency, left.key.month)
        < (right.key.account, right.key.currency, right.key.month)
    }
    return stride(from: 0, to: sorted.count, by: Self.pageSize).map { start in
      let page = sorted[start..<min(sorted.count, start + Self.pageSize)]
      return """
        insert into account_month (
          ledger_id, account_id, currency, month, inflow, outflow, cleared_inflow, cleared_outflow)
        select \(ledgerID)::bigint, new.*
        from unnest(
          \(page.map(\.key.account))::bigint[], \(page.map(\.key.currency))::text[],
          \(page.map(\.key.month.firstDay.description))::date[],
          \(page.map { String($0.value.inflow) })::numeric[],
          \(page.map { String($0.value.outflow) })::numeric[],
          \(page.map { String($0.value.clearedInflow) })::numeric[],
          \(page.map { String($0.value.clearedOutflow) })::numeric[]) new
        \(query: BookStore.onConflict)
        """
    }
  }
}
