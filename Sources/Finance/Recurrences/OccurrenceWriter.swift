import PostgresClient
import Tenancy

/// What the transaction of one occurrence has otherwise than the template.
package struct OccurrenceChanges: Sendable {
  package var date: CivilDate?
  package var amount: DecimalNumber?
  /// What the other account of a transfer gets or gives, where the currencies differ.
  package var transferAmount: DecimalNumber?

  package init(
    date: CivilDate? = nil, amount: DecimalNumber? = nil, transferAmount: DecimalNumber? = nil
  ) {
    self.date = date
    self.amount = amount
    self.transferAmount = transferAmount
  }
}

extension OccurrenceChanges {
  /// Whether the changes or the template are at fault.
  fileprivate func explain(_ error: InvalidInput) -> any Error {
    var own = amount == nil ? [] : ["amount"]
    if date != nil { own.append("date") }
    if transferAmount != nil || amount != nil { own.append("transfer_amount") }
    let changed = error.faults.filter { fault in fault.path.first.map(own.contains) ?? false }
    if !changed.isEmpty { return InvalidInput(changed) }
    if amount != nil, let fault = error.faults.first(where: { $0.path == ["splits"] }) {
      return InvalidInput("amount", "is not that of the template's splits, which \(fault.message)")
    }
    let faults = error.faults.map { "\($0.path.joined(separator: ".")) \($0.message)" }
    return BooksConflict(
      "template-outdated",
      "The ledger does not take the template any more: \(faults.joined(separator: ", ")).")
  }
}

/// Writes what becomes of occurrences.
extension LedgerWriter {
  /// Writes the transaction of an occurrence that is open: a due date of the schedule that is neither
  /// recorded nor skipped. One whose transaction was deleted is open again.
  ///
  /// - Throws: ``NotFound`` if nothing is due on that date; ``BooksConflict`` if it is recorded or
  ///   skipped, or the books cannot have the template any more; ``InvalidInput`` if they cannot have
  ///   the changes.
  package func recordOccurrence(
    of id: Int64, due dueDate: CivilDate, _ changes: OccurrenceChanges
  ) async throws -> Transaction {
    let occurrence = try await occurrence(of: id, due: dueDate)
    try occurrence.refuseSettled()
    var draft = occurrence.recurrence.draft(ofDue: dueDate)
    if let date = changes.date { draft.date = date }
    if let amount = changes.amount { draft.amount = amount }
    if let amount = changes.transferAmount { draft.target.transferAmount = amount }
    let transaction: Transaction
    do {
      // One draft is one transaction.
      transaction = try await create([draft])[0]
    } catch let error as InvalidInput {
      throw changes.explain(error)
    }
    try await settle(occurrence, .recorded, by: transaction.id)
    return transaction
  }

  /// Says that an open occurrence does not take place. One that is skipped stays so.
  ///
  /// - Throws: ``NotFound`` if nothing is due on that date; ``BooksConflict`` if it is recorded.
  package func skipOccurrence(of id: Int64, due dueDate: CivilDate) async throws -> Occurrence {
    let occurrence = try await occurrence(of: id, due: dueDate)
    if occurrence.state == .skipped { return occurrence }
    try occurrence.refuseSettled()
    try await settle(occurrence, .skipped, by: nil)
    return try await self.occurrence(of: id, due: dueDate)
  }

  /// Takes back that an occurrence was skipped.
  ///
  /// - Throws: ``NotFound`` if it is not skipped; ``BooksConflict`` if it is recorded.
  package func reopenOccurrence(of id: Int64, due dueDate: CivilDate) async throws {
    let occurrence = try await occurrence(of: id, due: dueDate)
    if occurrence.state == .recorded { try occurrence.refuseSettled() }
    guard occurrence.state == .skipped else { throw NotFound() }
    try await run(
      """
      delete from occurrence
      where ledger_id = \(ledgerID) and recurrence_id = \(id) and due_date = \(dueDate)
      """, touch(id))
  }

  /// - Throws: ``NotFound`` if nothing is due on that date, nor was when it was recorded or skipped.
  private func occurrence(of id: Int64, due dueDate: CivilDate) async throws -> Occurrence {
    let rows = try await run(
      RecurrenceRows.query("id = \(id)", in: ledgerID),
      """
      select state from occurrence o left join transaction t on t.id = o.transaction_id
      where o.ledger_id = \(ledgerID) and o.recurrence_id = \(id) and o.due_date = \(dueDate)
        and t.deleted_at is null
      """)
    guard let row = rows[0].first else { throw NotFound() }
    let occurrence = Occurrence(
      recurrence: try Recurrence(row), dueDate: dueDate,
      state: try rows[1].first.flatMap { Occurrence.State(rawValue: try $0.decode(0)) })
    guard occurrence.state != nil || occurrence.recurrence.schedule.isDue(on: dueDate) else {
      throw NotFound()
    }
    return occurrence
  }

  private func settle(
    _ occurrence: Occurrence, _ state: Occurrence.State, by transaction: Int64?
  ) async throws {
    let id = occurrence.recurrence.id
    try await run(
      """
      insert into occurrence (ledger_id, recurrence_id, due_date, state, transaction_id)
      values (\(ledgerID), \(id), \(occurrence.dueDate), \(state.rawValue), \(transaction))
      on conflict (ledger_id, recurrence_id, due_date)
      do update set state = excluded.state, transaction_id = excluded.transaction_id
      """, touch(id))
  }

  /// What has become of its occurrences is part of a recurrence, as far as followers of changes go.
  private func touch(_ id: Int64) -> PostgresQuery {
    """
    update recurrence set version = \(version), updated_at = now()
    where ledger_id = \(ledgerID) and id = \(id)
    """
  }
}

extension Occurrence {
  fileprivate func refuseSettled() throws {
    switch state {
    case nil: return
    case .recorded:
      throw BooksConflict(
        "occurrence-recorded",
        "The occurrence is recorded. Delete its transaction to open it again.")
    case .skipped:
      throw BooksConflict(
        "occurrence-skipped", "The occurrence is skipped. Take that back to record it.")
    }
  }
}
