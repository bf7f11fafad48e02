import PostgresClient
import Tenancy

/// Writes what recurs in one ledger.
extension LedgerWriter {
  /// What is upcoming is worked out from all of a ledger's recurrences, so they are not any number.
  package static let maximumRecurrences = 500

  /// Adds a recurrence.
  ///
  /// - Throws: ``InvalidInput`` with all that is wrong; ``BooksConflict`` if there are as many as there
  ///   can be.
  package func createRecurrence(_ draft: RecurrenceDraft) async throws -> Recurrence {
    let template = try await template(of: draft)
    let count: Int64 = try await run(
      "select count(*) from recurrence where ledger_id = \(ledgerID)")[0][0].decode(0)
    guard count < Self.maximumRecurrences else {
      throw BooksConflict(
        "too-many-recurrences", "A ledger has at most \(Self.maximumRecurrences) recurrences.")
    }
    let schedule = draft.schedule
    let id: Int64 = try await run(
      """
      insert into recurrence (
        ledger_id, template, unit, every, anchor_date, weekend, until, active, version)
      values (\(ledgerID), \(JSONColumn(template))::jsonb, \(schedule.unit.rawValue),
        \(schedule.every), \(schedule.anchor), \(schedule.weekend.rawValue), \(schedule.until),
        \(draft.isActive), \(version))
      returning id
      """)[0][0].decode(0)
    return try await recurrence(id)
  }

  /// Changes a recurrence. What was recorded or skipped stays so, by its due date; due dates that the
  /// schedule has newly are open.
  ///
  /// - Throws: ``NotFound``, ``InvalidInput``; what `check` throws.
  package func updateRecurrence(
    _ id: Int64, _ patch: RecurrencePatch, check: (Recurrence) throws -> Void
  ) async throws -> Recurrence {
    let old = try await recurrence(id)
    try check(old)
    var draft = RecurrenceDraft(
      transaction: old.template.draft(on: old.schedule.anchor), schedule: old.schedule,
      isActive: old.isActive)
    let standing = Set(draft.transaction.accountIDs)
    try patch.apply(to: &draft)
    try await refuseMissingAmount(in: patch, of: old)
    let template = try await template(of: draft, standing: standing)
    let schedule = draft.schedule
    guard template != old.template || schedule != old.schedule || draft.isActive != old.isActive
    else { return old }
    try await run(
      """
      update recurrence set template = \(JSONColumn(template))::jsonb,
        unit = \(schedule.unit.rawValue), every = \(schedule.every),
        anchor_date = \(schedule.anchor), weekend = \(schedule.weekend.rawValue),
        until = \(schedule.until), active = \(draft.isActive), version = \(version),
        updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return try await recurrence(id)
  }

  /// Removes a recurrence. The transactions that were recorded from it stay, and belong to none.
  ///
  /// - Throws: ``NotFound``; what `check` throws.
  package func deleteRecurrence(
    _ id: Int64, check: (Recurrence) throws -> Void
  ) async throws {
    try check(try await recurrence(id))
    try await run(
      """
      update transaction set recurrence_id = null, version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and recurrence_id = \(id)
      """,
      "delete from occurrence where ledger_id = \(ledgerID) and recurrence_id = \(id)",
      "delete from recurrence where ledger_id = \(ledgerID) and id = \(id)",
      noteDeletion(of: "recurrence", id))
  }

  /// The recurrence as it is now.
  func recurrence(_ id: Int64) async throws -> Recurrence {
    let rows = try await run(RecurrenceRows.query("id = \(id)", in: ledgerID))
    guard let row = rows[0].first else { throw NotFound() }
    return try Recurrence(row)
  }

  private func refuseMissingAmount(in patch: RecurrencePatch, of old: Recurrence) async throws {
    guard let change = patch.transaction, let account = change.accountID else { return }
    let before = old.template.draft(on: today).accountID
    let accounts = try BookAccounts(
      try await run(BookAccounts.query([before, account], in: ledgerID))[0])
    do {
      try change.refuseMissingAmount(
        in: [accounts.real(before)?.currency].compactMap(\.self), accounts)
    } catch {
      throw error.inside("template")
    }
  }

  private func template(
    of draft: RecurrenceDraft, standing: Set<Int64> = []
  ) async throws -> TransactionTemplate {
    var faults = draft.schedule.faults
    var transaction = draft.transaction
    // It has none of its own, and the anchor's faults are told by that name.
    transaction.date = today
    let lookups = try await run(BookAccounts.query(transaction.accountIDs, in: ledgerID))
    do {
      let template = try TransactionTemplate(
        transaction, try BookAccounts(lookups[0]), standing: standing)
      if faults.isEmpty { return template }
    } catch let error as InvalidInput {
      faults += error.inside("template").faults
    }
    throw InvalidInput(faults)
  }
}

extension Schedule {
  /// What is wrong with it.
  fileprivate var faults: [InvalidInput.Fault] {
    var faults: [InvalidInput.Fault] = []
    if !Self.intervals.contains(every) {
      faults.append(
        .init(
          ["every"], "must be from \(Self.intervals.lowerBound) to \(Self.intervals.upperBound)"))
    }
    for (field, date) in [("anchor_date", anchor), ("until", until)] {
      if let date, !Posting.years.contains(date.year) {
        faults.append(
          .init(
            [field],
            "must be in the years \(Posting.years.lowerBound) to \(Posting.years.upperBound)"))
      }
    }
    if let until, until < anchor {
      faults.append(.init(["until"], "must not be before anchor_date"))
    }
    return faults
  }
}
