import PostgresClient
import Tenancy

/// Brings the rows of imports into the books.
extension LedgerWriter {
  private static let pageSize = 1000

  /// What becomes of a row.
  private static let decision: PostgresQuery = """
    coalesce(decision, case state when 'new' then 'import' else 'skip' end)
    """

  /// Writes the rows of an import that are to be imported, all or none. Rules for imported
  /// transactions are applied to them.
  ///
  /// - Parameters:
  ///   - readArchive: reads Terrace's own export, which comes whole.
  ///   - progress: is called whenever some of the rows are written.
  /// - Throws: ``NotFound``; ``BooksConflict`` if the import is no preview, a question is open, or an
  ///   account of the file goes nowhere yet; ``InvalidInput`` with all that is wrong with rows, by their numbers.
  package func publishImport(
    _ id: Int64, readArchive: ([UInt8]) throws -> LedgerArchive,
    progress: @escaping () -> Void
  ) async throws -> Import {
    let file = try await preview(id)
    if file.plan.format == .terraceJSON {
      try await publishArchive(try readArchive(try await wholeFile(id)), of: file, progress)
    } else {
      try await publishRows(of: file, progress)
    }
    try await run(
      "delete from import_chunk where ledger_id = \(ledgerID) and import_id = \(id)",
      """
      update import set state = 'published', published_version = \(version), version = \(version),
        updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return try await self.import(id)
  }

  private func publishArchive(
    _ archive: LedgerArchive, of file: Import, _ progress: @escaping () -> Void
  ) async throws {
    var archiveWriter = ArchiveWriter(self, archive, importID: file.id, progress: progress)
    try await archiveWriter.write()
    var contents = ImportContents(counts: archive.counts)
    contents.made = try await madeByThisChange()
    try await run(
      """
      update import set contents = \(JSONColumn(contents))::jsonb
      where ledger_id = \(ledgerID) and id = \(file.id)
      """)
  }

  private func publishRows(of file: Import, _ progress: () -> Void) async throws {
    try refuseOpenQuestions(of: file)
    try await renewRows(of: file.id)
    try await refuseUnsettledRows(of: file)
    try await settleLinks(of: file.id)
    progress()
    var drafts = try await ImportDrafts(self, file)
    var sums = MonthSums()
    // Pages of numbers: however many rows a page has, none is looked at twice.
    for start in stride(from: 1, through: file.rowsRead, by: Self.pageSize) {
      let page = start..<start + Self.pageSize
      let rows = try await rowsToWrite(of: file.id, in: page)
      if !rows.isEmpty { try await publish(rows, of: file.id, in: page, &drafts, &sums) }
      try await run(remember(file.id, in: page))
      progress()
    }
    try await transaction.query(sums.queries(in: ledgerID))
  }

  private func wholeFile(_ id: Int64) async throws -> [UInt8] {
    var (bytes, n): ([UInt8], Int) = ([], 0)
    while let chunk = try await chunk(n, of: id) {
      bytes += chunk
      n += 1
    }
    return bytes
  }

  private func refuseUnsettledRows(of file: Import) async throws {
    let rows = try await run(
      """
      select distinct source from import_row
      where ledger_id = \(ledgerID) and import_id = \(file.id) and account_id is null
        and state <> 'invalid' and \(query: Self.decision) <> 'skip'
      order by source
      """)[0]
    guard !rows.isEmpty else { return }
    let labels = try rows.compactMap { row in
      let index: Int = try row.decode(0)
      return file.sources.indices.contains(index) ? file.sources[index].label : nil
    }
    throw BooksConflict(
      "import-account-missing",
      "It is not said yet which account this is: \(labels.joined(separator: ", ")).")
  }

  private func rowsToWrite(of id: Int64, in page: Range<Int>) async throws -> [ImportRow] {
    try await run(
      """
      select \(query: ImportRow.columns) from import_row
      where \(query: Self.isRow(of: id, in: page, in: ledgerID)) and state <> 'invalid'
        and \(query: Self.decision) = 'import'
      order by n
      """)[0].map(ImportRow.init)
  }

  /// What holds for the rows of a page of an import.
  private static func isRow(
    of id: Int64, in page: Range<Int>, in ledgerID: Int64
  ) -> PostgresQuery {
    """
    import_row.ledger_id = \(ledgerID) and import_row.import_id = \(id)
      and import_row.n >= \(page.lowerBound) and import_row.n < \(page.upperBound)
    """
  }

  private func publish(
    _ rows: [ImportRow], of id: Int64, in page: Range<Int>, _ drafts: inout ImportDrafts,
    _ sums: inout MonthSums
  ) async throws {
    var new: [TransactionDraft] = []
    for row in rows { new.append(try await drafts.draft(of: row)) }
    try await drafts.clearTakenIDs(of: &new)
    let rules = RuleRun(.imported, chosen: zip(rows, new).map { $0.chosenFields(in: $1) })
    let written: [Int64]
    do {
      written = try await add(new, prefix: "rows", rules: rules, idsAreFree: true, &sums)
    } catch let error as InvalidInput {
      throw InvalidInput(error.faults.map { $0.naming(rows) })
    }
    // By their places in the page, 0 where nothing was written: a join would compare all with all,
    // since the rows of a new import are in no statistics.
    var made = [Int64](repeating: 0, count: page.count)
    for (row, transaction) in zip(rows, written) { made[row.n - page.lowerBound] = transaction }
    try await run(
      """
      update import_row set transaction_id = made.ids[n - \(page.lowerBound)::int + 1]
      from (select \(made)::bigint[] as ids) made
      where \(query: Self.isRow(of: id, in: page, in: ledgerID))
        and made.ids[n - \(page.lowerBound)::int + 1] > 0
      """)
  }

  /// Notes which rows of a page the accounts have had: those that were imported or linked, and new ones
  /// that somebody did not want. Equal ones have places one after the other, through all pages.
  private func remember(_ id: Int64, in page: Range<Int>) -> PostgresQuery {
    """
    insert into import_identity (ledger_id, account_id, content_key, place, external_id,
      similarity_key, date, amount, import_id, transaction_id)
    select r.ledger_id, r.account_id, r.content_key,
      coalesce(had.place, 0) + row_number() over (partition by r.account_id, r.content_key order by r.n),
      r.external_id, r.similarity_key, r.date, r.amount, r.import_id,
      case when \(query: Self.decision) <> 'skip' then r.transaction_id end
    from (
      select * from import_row where \(query: Self.isRow(of: id, in: page, in: ledgerID))
        and account_id is not null
        and (state = 'new' or state = 'duplicate' and decision in ('import', 'link'))
    ) r left join lateral (
      select max(place) as place from import_identity i
      where i.ledger_id = r.ledger_id and i.account_id = r.account_id
        and i.content_key = r.content_key
    ) had on true
    """
  }
}

extension ImportRow {
  /// What no rule changes: what a person has chosen, and what the user's other system has told of
  /// categories. Payee and memo are the bank's words.
  fileprivate func chosenFields(in draft: TransactionDraft) -> ChosenFields {
    var fields = ChosenFields(in: draft).intersection([.target, .tags])
    if chosenPayee != nil { fields.insert(.payee) }
    if chosenMemo != nil { fields.insert(.memo) }
    return fields
  }
}

extension InvalidInput.Fault {
  /// The same of the row's number instead of its place in a page.
  fileprivate func naming(_ rows: [ImportRow]) -> InvalidInput.Fault {
    guard path.count > 1, let place = Int(path[1]), rows.indices.contains(place) else {
      return self
    }
    return InvalidInput.Fault([path[0], String(rows[place].n)] + path.dropFirst(2), message)
  }
}
