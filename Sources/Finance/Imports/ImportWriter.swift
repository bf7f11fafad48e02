import PostgresClient
import StatementFormats
import Tenancy

/// Writes the imports of one ledger.
extension LedgerWriter {
  /// Begins an import of a file that is about to come. Those that were begun long ago and came to
  /// nothing, because a process ended, are removed.
  ///
  /// - Returns: its id.
  func beginImport(_ accountID: Int64?, _ plan: StatementPlan) async throws -> Int64 {
    try await run(
      """
      delete from import where ledger_id = \(ledgerID) and state = 'reading'
        and updated_at < now() - interval '1 hour'
      """,
      """
      insert into import (ledger_id, state, account_id, plan, created_by, version)
      values (\(ledgerID), 'reading', \(accountID), \(JSONColumn(plan)), \(userID), \(version))
      returning id
      """)[1][0].decode(0)
  }

  /// Makes a preview of an import whose rows are there.
  func finishImport(
    _ id: Int64, _ plan: StatementPlan, _ findings: ImportFindings, isMappingChosen: Bool,
    createsCategories: Bool
  ) async throws {
    try await transaction.query(
      ImportMatching.queries(id, in: ledgerID) + [
        countRows(of: id),
        """
        update import set state = 'preview', plan = \(JSONColumn(plan)),
          sources = \(JSONColumn(findings.sources)), warnings = \(JSONColumn(findings.warnings)),
          contents = \(findings.contents.map(JSONColumn.init))::jsonb,
          fingerprint = \(plan.csv?.fingerprint), is_mapping_chosen = \(isMappingChosen),
          creates_categories = \(createsCategories), rows_read = \(findings.rowCount),
          account_id = coalesce(account_id, \(findings.onlyAccount)), version = \(version),
          updated_at = now()
        where ledger_id = \(ledgerID) and id = \(id)
        """,
      ])
  }

  /// The import as it is now.
  ///
  /// - Throws: ``NotFound``.
  package func `import`(_ id: Int64) async throws -> Import {
    let rows = try await run(Import.query("i.id = \(id)", in: ledgerID))[0]
    guard let row = rows.first else { throw NotFound() }
    return try Import(row)
  }

  /// The import, of which nothing is in the books yet.
  ///
  /// - Throws: ``NotFound``, ``BooksConflict``.
  func preview(_ id: Int64) async throws -> Import {
    let found = try await self.import(id)
    guard found.state == .preview else {
      throw BooksConflict(
        "import-not-a-preview", "The import is \(found.state.rawValue), and no preview any more.")
    }
    return found
  }

  /// Removes an import that is not published.
  ///
  /// - Throws: ``NotFound``, ``BooksConflict`` if it is published; what `check` throws.
  package func deleteImport(_ id: Int64, check: (Import) throws -> Void) async throws {
    let found = try await self.import(id)
    try check(found)
    guard found.state == .preview || found.state == .reading else {
      throw BooksConflict(
        "import-published", "Transactions name the import. What it wrote can be reverted.")
    }
    try await run(removal(ofImport: id), noteDeletion(of: "import", id))
  }

  /// Removes an import with its file and rows.
  func removal(ofImport id: Int64) -> PostgresQuery {
    "delete from import where ledger_id = \(ledgerID) and id = \(id)"
  }

  /// Changes what is to become of a row.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if the import is no preview; ``InvalidInput``; what `check`
  ///   throws.
  package func decide(
    _ n: Int, of id: Int64, _ patch: ImportRowPatch, check: (ImportRow) throws -> Void
  ) async throws -> ImportRow {
    let file = try await preview(id)
    guard file.plan.format != .terraceJSON else {
      throw BooksConflict(
        "import-is-whole", "An exported ledger comes back whole: nothing is decided of its rows.")
    }
    let row = try await row(n, of: id)
    try check(row)
    try await self.check(patch, for: row)
    let link: Int64? =
      patch.links ? patch.transactionID ?? row.transactionID : row.transactionID
    try await run(
      """
      update import_row set
        decision = \(patch.decision.applied(to: row.decision)?.rawValue),
        transaction_id = \(link),
        category_id = \(patch.categoryID.applied(to: row.chosenCategoryID)),
        payee = \(patch.payee.applied(to: row.chosenPayee)),
        memo = \(patch.memo.applied(to: row.chosenMemo))
      where ledger_id = \(ledgerID) and import_id = \(id) and n = \(n)
      """,
      "update import set version = \(version), updated_at = now() where id = \(id)")
    return try await self.row(n, of: id)
  }

  private func row(_ n: Int, of id: Int64) async throws -> ImportRow {
    let rows = try await run(
      """
      select \(query: ImportRow.columns) from import_row
      where ledger_id = \(ledgerID) and import_id = \(id) and n = \(n)
      """)[0]
    guard let found = rows.first else { throw NotFound() }
    var row = try ImportRow(found)
    row.find(CategoryNames(try await categories().inOrder))
    return row
  }

  private func check(_ patch: ImportRowPatch, for row: ImportRow) async throws {
    var faults: [InvalidInput.Fault] = []
    if row.state == .invalid, case .set(let decision) = patch.decision, decision != .skip {
      faults.append(.init(["decision"], "must be skip, since the row is invalid"))
    }
    if case .set(let category) = patch.categoryID {
      let accounts = try BookAccounts(
        try await run(BookAccounts.query([category], in: ledgerID))[0])
      if accounts.category(category) == nil {
        faults.append(.init(["category_id"], "is no category of this ledger"))
      }
    }
    if patch.links {
      if let id = patch.transactionID ?? row.transactionID {
        let rows = try await run(
          """
          select from entry where ledger_id = \(ledgerID) and transaction_id = \(id)
            and not deleted and \(row.accountID) in (from_account, to_account) limit 1
          """)[0]
        if rows.isEmpty {
          faults.append(.init(["transaction_id"], "is no transaction of the row's account"))
        }
      } else {
        faults.append(.init(["transaction_id"], "is required to link the row"))
      }
    } else if patch.transactionID != nil {
      faults.append(.init(["transaction_id"], "is only for the decision link"))
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
  }
}

/// A change of what becomes of a row.
package struct ImportRowPatch: Sendable {
  package var decision: Change<ImportDecision> = .keep
  package var transactionID: Int64?
  package var categoryID: Change<Int64> = .keep
  package var payee: Change<String> = .keep
  package var memo: Change<String> = .keep

  package init() {}
}

extension ImportRowPatch {
  fileprivate var links: Bool {
    if case .set(.link) = decision { return true }
    return false
  }
}
