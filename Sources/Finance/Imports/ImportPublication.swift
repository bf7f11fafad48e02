import PostgresClient
import Tenancy

/// Brings the rows of imports into the books, and takes them back.
extension LedgerWriter {
  private static let pageSize = 2000

  /// What becomes of a row.
  private static let decision: PostgresQuery = """
    coalesce(decision, case state when 'new' then 'import' else 'skip' end)
    """

  /// Writes the rows of an import that are to be imported, all or none. Rules for imported
  /// transactions are applied to them.
  ///
  /// - Parameter readArchive: reads Terrace's own export, which comes whole.
  /// - Throws: ``NotFound``; ``BooksConflict`` if the import is no preview, a question is open, or an
  ///   account of the file goes nowhere yet; ``InvalidInput`` with all that is wrong with rows, by their numbers.
  package func publishImport(
    _ id: Int64, readArchive: ([UInt8]) throws -> LedgerArchive
  ) async throws -> Import {
    let file = try await preview(id)
    if file.plan.format == .terraceJSON {
      try await restore(try readArchive(try await wholeFile(id)), by: id)
    } else {
      try await publishRows(of: file)
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

  private func publishRows(of file: Import) async throws {
    try refuseOpenQuestions(of: file)
    try await renewRows(of: file.id)
    try await refuseUnsettledRows(of: file)
    try await settleLinks(of: file.id)
    var drafts = try await ImportDrafts(self, file)
    var after = 0
    while true {
      let rows = try await rowsToWrite(of: file.id, after: after)
      guard let last = rows.last else { break }
      try await publish(rows, of: file.id, &drafts)
      after = last.n
    }
    try await run(remember(file.id))
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

  private func rowsToWrite(of id: Int64, after n: Int) async throws -> [ImportRow] {
    try await run(
      """
      select \(query: ImportRow.columns) from import_row
      where ledger_id = \(ledgerID) and import_id = \(id) and n > \(n) and state <> 'invalid'
        and \(query: Self.decision) = 'import'
      order by n limit \(Self.pageSize)
      """)[0].map(ImportRow.init)
  }

  private func publish(
    _ rows: [ImportRow], of id: Int64, _ drafts: inout ImportDrafts
  ) async throws {
    var new: [TransactionDraft] = []
    for row in rows { new.append(try await drafts.draft(of: row)) }
    try await drafts.clearTakenIDs(of: &new)
    let rules = RuleRun(.imported, chosen: zip(rows, new).map { $0.chosenFields(in: $1) })
    let written: [Transaction]
    do {
      written = try await create(new, prefix: "rows", rules: rules)
    } catch let error as InvalidInput {
      throw InvalidInput(error.faults.map { $0.naming(rows) })
    }
    try await run(
      """
      update import_row set transaction_id = made.id
      from unnest(\(rows.map { Int64($0.n) })::int[], \(written.map(\.id))::bigint[]) made (n, id)
      where import_id = \(id) and import_row.n = made.n
      """)
  }

  /// Notes which rows the accounts have had: those that were imported or linked, and new ones that
  /// somebody did not want.
  private func remember(_ id: Int64) -> PostgresQuery {
    """
    insert into import_identity (ledger_id, account_id, content_key, place, external_id,
      similarity_key, date, amount, import_id, transaction_id)
    select r.ledger_id, r.account_id, r.content_key,
      coalesce(had.place, 0) + row_number() over (partition by r.account_id, r.content_key order by r.n),
      r.external_id, r.similarity_key, r.date, r.amount, r.import_id,
      case when \(query: Self.decision) <> 'skip' then r.transaction_id end
    from import_row r left join lateral (
      select max(place) as place from import_identity i
      where i.ledger_id = r.ledger_id and i.account_id = r.account_id
        and i.content_key = r.content_key
    ) had on true
    where r.ledger_id = \(ledgerID) and r.import_id = \(id) and r.account_id is not null
      and (r.state = 'new' or r.state = 'duplicate' and r.decision in ('import', 'link'))
    """
  }

  /// Takes back what an import wrote, but for what was changed since.
  ///
  /// - Returns: the import, how many transactions were taken back, and the ids of those that were
  ///   changed since and stay.
  /// - Throws: ``NotFound``, ``BooksConflict`` if it is not published.
  package func revertImport(_ id: Int64) async throws -> (
    file: Import, reverted: Int, changed: [Int64]
  ) {
    let file = try await self.import(id)
    guard file.state == .published, let published = file.publishedVersion else {
      throw BooksConflict(
        "import-not-published",
        "The import is \(file.state.rawValue): there is nothing to take back.")
    }
    guard file.plan.format != .terraceJSON else {
      throw BooksConflict(
        "import-is-whole",
        "An exported ledger came with its accounts, and is not taken back: delete the ledger.")
    }
    let rows = try await run(
      """
      select id, version = \(published) as unchanged from transaction
      where ledger_id = \(ledgerID) and import_id = \(id) and deleted_at is null
      order by id
      """)[0]
    var (unchanged, changed): ([Int64], [Int64]) = ([], [])
    for row in rows {
      if try row.decode(1) {
        unchanged.append(try row.decode(0))
      } else {
        changed.append(try row.decode(0))
      }
    }
    for start in stride(from: 0, to: unchanged.count, by: Self.pageSize) {
      try await delete(Array(unchanged[start..<min(unchanged.count, start + Self.pageSize)]))
    }
    try await run(
      forget(id),
      """
      update import set state = 'reverted', version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return (try await self.import(id), unchanged.count, changed)
  }

  /// Forgets the rows of an import, so that they can be imported again; but for those whose
  /// transactions stay, or were deleted by somebody.
  private func forget(_ id: Int64) -> PostgresQuery {
    """
    delete from import_identity i using import_row r
    where r.ledger_id = \(ledgerID) and r.import_id = \(id) and i.ledger_id = \(ledgerID)
      and i.account_id = r.account_id and i.content_key = r.content_key and i.import_id = \(id)
      and not exists (
        select from transaction t
        where t.id = i.transaction_id and t.import_id = \(id) and t.version <> \(version))
    """
  }
}

/// Makes drafts of rows.
struct ImportDrafts {
  private let writer: LedgerWriter
  private let importID: Int64
  private var categories: ImportCategories

  init(_ writer: LedgerWriter, _ file: Import) async throws {
    self.writer = writer
    importID = file.id
    categories = try await ImportCategories(writer, creates: file.createsCategories)
  }

  mutating func draft(of row: ImportRow) async throws -> TransactionDraft {
    // Rows that are to be written are complete.
    guard let accountID = row.accountID, let date = row.date, let money = row.money else {
      throw NotFound()
    }
    var draft = TransactionDraft(
      accountID: accountID, date: date, amount: DecimalNumber(money), payee: row.payee,
      memo: row.memo, tags: Self.tags(row.details.tags),
      status: row.details.isPending ? .pending : .cleared, externalID: row.externalID,
      importID: importID)
    if let category = row.chosenCategoryID {
      draft.target.categoryID = category
    } else if row.details.parts.isEmpty {
      draft.target = try await target(
        row.details.category, row.transferAccountID, row.details.transferAmount,
        isIncome: money.minorUnits > 0)
    } else {
      for part in row.details.parts {
        guard let amount = DecimalNumber(part.amount) else { continue }
        let target = try await target(
          part.category, part.transferAccountID, part.transferAmount, isIncome: !amount.isNegative)
        draft.splits.append(.init(amount: amount, target: target, memo: part.memo))
      }
    }
    return draft
  }

  private mutating func target(
    _ category: [String], _ transferID: Int64?, _ arriving: String?, isIncome: Bool
  ) async throws -> TransactionDraft.Target {
    if let transferID {
      return .init(
        transferAccountID: transferID, transferAmount: arriving.flatMap { DecimalNumber($0) })
    }
    return .init(categoryID: try await categories.id(of: category, isIncome: isIncome))
  }

  private static func tags(_ tags: [String]) -> [String] {
    tags.prefix(50).map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(50))) }
      .filter { !$0.isEmpty }
  }

  /// An account has one transaction with a bank's identity; banks give one identity to several.
  func clearTakenIDs(of drafts: inout [TransactionDraft]) async throws {
    for index in try await writer.takenExternalIDs(in: drafts) { drafts[index].externalID = nil }
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
