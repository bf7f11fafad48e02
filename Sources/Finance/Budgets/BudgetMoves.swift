import PostgresClient
import Tenancy

/// What is done to a month's budgets by what they come to at that moment.
extension LedgerWriter {
  /// Assigns as much more to a category as it is over by.
  ///
  /// - Parameter other: gives what it has left, as far as it goes; nil assigns more in all.
  /// - Returns: the budget of the month. If nothing is over, it is as it was.
  /// - Throws: ``NotFound`` if one of them is no category of expenses, or the month lies outside of the
  ///   books.
  package func coverBudget(
    of category: Int64, _ month: CivilMonth, from other: Int64?
  ) async throws -> Budget {
    let budget = try await self.budget(month)
    func left(_ id: Int64) throws -> Int128 {
      guard let line = budget.lines.first(where: { $0.categoryID == id }) else { throw NotFound() }
      return line.left
    }
    let over = try max(0, -left(category))
    let moved = try other.map { min(over, max(0, try left($0))) } ?? over
    // It is less than the sum of a month's spending, which fits.
    let amount = Int64(clamping: moved)
    guard amount > 0, other != category else { return budget }
    try await assign(amount, more: category, month)
    if let other { try await assign(-amount, more: other, month) }
    return try await self.budget(month)
  }

  /// Says what becomes of what is left of a category's budget, from a month on. What is assigned stays.
  ///
  /// - Throws: ``NotFound`` if it is no category of expenses.
  package func setRollover(
    of category: Int64, from month: CivilMonth, _ rollover: Rollover
  ) async throws {
    let written = try await run(
      """
      insert into budget (ledger_id, category_id, month, assigned, rollover, version)
      select ledger_id, id, \(month)::date, 0, \(rollover.rawValue)::text, \(version)::bigint
      from account
      where ledger_id = \(ledgerID) and id = \(category) and kind = 'expense' and type is null
      on conflict (ledger_id, category_id, month) do update set rollover = excluded.rollover,
        version = excluded.version
      """)
    guard written[0].affectedRows == 1 else { throw NotFound() }
  }

  private func assign(_ amount: Int64, more category: Int64, _ month: CivilMonth) async throws {
    try await run(
      """
      insert into budget (ledger_id, category_id, month, assigned, version)
      values (\(ledgerID), \(category), \(month), \(amount), \(version))
      on conflict (ledger_id, category_id, month) do update set
        assigned = budget.assigned + excluded.assigned, version = excluded.version
      """)
  }
}
