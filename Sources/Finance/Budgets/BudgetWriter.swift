import PostgresClient
import Tenancy

/// Writes the budgets of one ledger.
extension LedgerWriter {
  /// Says what a category may cost in a month.
  ///
  /// - Parameters:
  ///   - assigned: in the ledger's currency; negative takes back what was carried.
  ///   - rollover: from this month on; nil leaves it as it is.
  /// - Returns: the budget of the month.
  /// - Throws: ``NotFound`` if there is no such category, or the month lies outside of the books;
  ///   ``InvalidInput``; ``BooksConflict`` if it is one of income.
  package func setBudget(
    _ category: Int64, _ month: CivilMonth, assigned: DecimalNumber, rollover: Rollover?
  ) async throws -> Budget {
    let money: Money
    do {
      money = try Money(assigned, in: currency)
    } catch {
      throw InvalidInput("assigned", error.message)
    }
    let rows = try await run(
      """
      select kind from account
      where id = \(category) and ledger_id = \(ledgerID) and kind in ('income', 'expense')
        and type is null
      """)
    guard let row = rows[0].first else { throw NotFound() }
    guard try row.decode(0, as: String.self) == AccountKind.expense.rawValue else {
      throw BooksConflict(
        "income-category", "The category is one of income. Budgets are for expenses.")
    }
    try await run(
      """
      insert into budget (ledger_id, category_id, month, assigned, rollover, version)
      values (\(ledgerID), \(category), \(month), \(money.minorUnits), \(rollover?.rawValue),
        \(version))
      on conflict (ledger_id, category_id, month) do update set assigned = excluded.assigned,
        rollover = coalesce(excluded.rollover, budget.rollover), version = excluded.version
      """)
    return try await budget(month)
  }

  /// Assigns in a month what is assigned in another one. What other categories have stays, and so do
  /// all policies.
  ///
  /// - Returns: the budget of `month`.
  /// - Throws: ``InvalidInput`` if they are the same month; ``NotFound`` if `month` lies outside of the
  ///   books.
  package func copyBudget(from other: CivilMonth, to month: CivilMonth) async throws -> Budget {
    guard other != month else { throw InvalidInput("from", "must be another month") }
    try await run(
      """
      insert into budget (ledger_id, category_id, month, assigned, version)
      select budget.ledger_id, category_id, \(month)::date, assigned, \(version)::bigint
      from budget join account on account.id = budget.category_id and not account.archived
      where budget.ledger_id = \(ledgerID) and month = \(other)::date
      on conflict (ledger_id, category_id, month) do update set assigned = excluded.assigned,
        version = excluded.version
      """)
    return try await budget(month)
  }

  /// Adds a category's budgets to those of another one, which keeps its policies if it has any: for
  /// categories that become one.
  func moveBudgets(of category: Int64, to other: Int64) async throws {
    try await run(
      """
      insert into budget (ledger_id, category_id, month, assigned, rollover, version)
      select ledger_id, \(other)::bigint, month, assigned,
        case when not exists (select from budget where category_id = \(other)) then rollover end,
        \(version)::bigint
      from budget where ledger_id = \(ledgerID) and category_id = \(category)
      on conflict (ledger_id, category_id, month) do update set
        assigned = budget.assigned + excluded.assigned, version = excluded.version
      """,
      removeBudgets(of: category))
  }

  /// Removes what is assigned to a category, in all months.
  func removeBudgets(of category: Int64) -> PostgresQuery {
    """
    with gone as (
      delete from budget where ledger_id = \(ledgerID) and category_id = \(category) returning id
    )
    insert into deletion (ledger_id, version, type, object_id)
    select \(ledgerID)::bigint, \(version)::bigint, 'budget', id from gone
    """
  }

  /// The budget of a month, as it is now.
  ///
  /// - Throws: ``NotFound`` for a month outside of ``ReportPeriod/years``.
  package func budget(_ month: CivilMonth) async throws -> Budget {
    try BudgetStore.budget(
      month, try await transaction.query(BudgetStore.queries(month, in: ledgerID)))
  }
}
