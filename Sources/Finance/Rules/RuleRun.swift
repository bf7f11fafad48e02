import PostgresClient

/// New transactions that the rules of a trigger are to be applied to.
package struct RuleRun: Sendable {
  package let trigger: RuleDefinition.Trigger
  /// What of each draft rules leave as it is.
  package let chosen: [ChosenFields]

  package init(_ trigger: RuleDefinition.Trigger, chosen: [ChosenFields]) {
    self.trigger = trigger
    self.chosen = chosen
  }

  /// Finds the rules that apply.
  func query(in ledgerID: Int64) -> PostgresQuery {
    RuleRows.query("active and event = \(trigger.rawValue)", in: ledgerID)
  }

  /// What the rules do that the query has found.
  ///
  /// Not inlined: the optimizer of Swift 6.3.1 crashes where this is part of an async function.
  @inline(never)
  fileprivate func programs(_ rows: PostgresRows) throws -> [RuleProgram] {
    try rows.map { try RuleProgram(Rule($0).definition) }
  }

  fileprivate func applied(
    _ programs: [RuleProgram], to drafts: [TransactionDraft], _ accounts: BookAccounts
  ) -> [TransactionDraft] {
    precondition(chosen.count == drafts.count, "one for each draft")
    return zip(drafts, chosen).map { draft, chosen in
      programs.reduce(draft) { $1.applied(to: $0, keeping: chosen, accounts) }
    }
  }
}

extension LedgerWriter {
  /// Applies rules to new transactions, one after the other: each sees what those before it did.
  ///
  /// - Parameter rows: what the run's query has found.
  /// - Returns: the drafts, and all accounts that they name by now.
  func apply(
    _ run: RuleRun, _ rows: PostgresRows, to drafts: [TransactionDraft]
  ) async throws -> (drafts: [TransactionDraft], accounts: BookAccounts) {
    let programs = try run.programs(rows)
    let ids = drafts.flatMap(\.accountIDs) + programs.flatMap(\.accountIDs)
    let lookups = try await self.run(BookAccounts.query(ids, in: ledgerID))
    let accounts = try BookAccounts(lookups[0])
    return (run.applied(programs, to: drafts, accounts), accounts)
  }
}
