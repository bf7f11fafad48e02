import PostgresClient
import StatementFormats

/// What is looked at again when a preview, which may be old by then, goes into the books.
extension LedgerWriter {
  /// - Throws: ``BooksConflict`` while it is not known how the file is to be read: its rows may mean
  ///   something else.
  func refuseOpenQuestions(of file: Import) throws {
    let questions = file.plan.questions
    guard !questions.isEmpty else { return }
    throw BooksConflict(
      "import-questions",
      """
      \(questions.map(\.question).joined(separator: " ")) PATCH imports/\(file.id) with \
      \(Set(questions.map(\.field)).sorted().joined(separator: ", ")) in mapping answers.
      """)
  }

  /// Finds out once more which rows the ledger has already, since another import may have been
  /// published meanwhile.
  ///
  /// What somebody decided stays, but not of rows that have become duplicates: nobody has seen them so.
  func renewRows(of id: Int64) async throws {
    let decided = try await run(
      """
      select n from import_row
      where import_id = \(id) and state = 'new' and decision in ('import', 'link')
      """)[0].map { try $0.decode(0, as: Int64.self) }
    _ = try await transaction.query(
      [ImportMatching.reset(id)] + ImportMatching.queries(id, in: ledgerID) + [
        """
        update import_row set decision = null
        where import_id = \(id) and state = 'duplicate' and n = any(\(decided))
        """,
        countRows(of: id),
      ])
  }

  /// Clears what rows are linked to: the bank has it.
  ///
  /// - Throws: ``InvalidInput`` if one is no longer there, or several rows are linked to one.
  func settleLinks(of id: Int64) async throws {
    let rows = try await run(
      """
      select r.n, r.transaction_id, t.id is not null as is_there,
        row_number() over (partition by r.transaction_id order by r.n) > 1 as is_repeated,
        t.account_id = r.account_id and t.status = 'pending' and not exists (
          select from entry e
          where e.transaction_id = t.id and 'reconciled' in (e.from_status, e.to_status)
        ) as is_open
      from import_row r left join transaction t
        on t.id = r.transaction_id and t.ledger_id = \(ledgerID) and t.deleted_at is null
      where r.ledger_id = \(ledgerID) and r.import_id = \(id) and r.decision = 'link'
      order by r.n
      """)[0]
    var faults: [InvalidInput.Fault] = []
    var open: [Int64] = []
    for row in rows {
      let path = ["rows", String(try row.decode("n", as: Int64.self)), "transaction_id"]
      if try !row.decode("is_there", as: Bool.self) {
        faults.append(.init(path, "is no transaction any more"))
      } else if try row.decode("is_repeated", as: Bool.self) {
        faults.append(.init(path, "is the transaction that another row is linked to"))
      } else if try row.decode("is_open", as: Bool.self) {
        open.append(try row.decode("transaction_id"))
      }
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    guard !open.isEmpty else { return }
    var patch = TransactionPatch()
    patch.status = .cleared
    _ = try await update(open, patch)
  }

  /// Remembers that the account has had a transaction's row, after a revert has forgotten it.
  func rememberRow(of transaction: Int64, in id: Int64) -> PostgresQuery {
    """
    insert into import_identity (ledger_id, account_id, content_key, place, external_id,
      similarity_key, date, amount, import_id, transaction_id)
    select r.ledger_id, r.account_id, r.content_key, coalesce(had.place, 0) + 1, r.external_id,
      r.similarity_key, r.date, r.amount, r.import_id, r.transaction_id
    from import_row r left join lateral (
      select max(place) as place from import_identity i
      where i.ledger_id = r.ledger_id and i.account_id = r.account_id
        and i.content_key = r.content_key
    ) had on true
    where r.ledger_id = \(ledgerID) and r.import_id = \(id) and r.transaction_id = \(transaction)
      and r.account_id is not null and r.content_key is not null and not exists (
        select from import_identity i
        where i.ledger_id = r.ledger_id and i.account_id = r.account_id
          and i.content_key = r.content_key and i.transaction_id = r.transaction_id)
    """
  }

  func countRows(of id: Int64) -> PostgresQuery {
    """
    update import set (new_rows, possible_rows, duplicate_rows, invalid_rows) = (
      select count(*) filter (where state = 'new'), count(*) filter (where possible),
        count(*) filter (where state = 'duplicate'), count(*) filter (where state = 'invalid')
      from import_row where import_id = \(id))
    where ledger_id = \(ledgerID) and id = \(id)
    """
  }
}
