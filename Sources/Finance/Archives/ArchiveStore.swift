import Foundation
import PostgresClient
import Tenancy

/// Reads what an export of a whole ledger has beside what other stores read, a page at a time.
package struct ArchiveStore: Sendable {
  private static let pageSize = 1000

  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// A payee's name, and what its place in the list is known by.
  package struct PayeeName: Sendable {
    package let name: String
    fileprivate let key: String
  }

  /// The names of payees after one of them, by name. Empty after the last, as are all pages here.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``, as for all that follows.
  package func payees(after last: PayeeName?) async throws -> [PayeeName] {
    try await ledger.query(
      """
      select name, name_key from payee
      where ledger_id = \(ledger.ledgerID) and name_key > \(last?.key ?? "")
      order by name_key limit \(Self.pageSize)
      """
    ).map { PayeeName(name: try $0.decode(0), key: try $0.decode(1)) }
  }

  /// What recurred, by recurrence and due date. One whose transaction is deleted is open again.
  package func occurrences(
    after last: LedgerArchive.Occurrence?
  ) async throws -> [LedgerArchive.Occurrence] {
    try await ledger.query(
      """
      select o.recurrence_id, o.due_date, o.transaction_id
      from occurrence o left join transaction t on t.id = o.transaction_id
      where o.ledger_id = \(ledger.ledgerID) and t.deleted_at is null
        and (o.recurrence_id, o.due_date)
          > (\(last?.recurrenceID ?? 0), \(last?.dueDate ?? .first)::date)
      order by o.recurrence_id, o.due_date limit \(Self.pageSize)
      """
    ).map { row in
      LedgerArchive.Occurrence(
        recurrenceID: try row.decode(0), dueDate: try row.decode(1),
        transactionID: try row.decodeIfPresent(2))
    }
  }

  /// Reconciliations with what they have locked, in the order in which they were made.
  package func reconciliations(
    after last: LedgerArchive.Reconciliation?
  ) async throws -> [LedgerArchive.Reconciliation] {
    // Each may have locked all that an account has.
    try await ledger.query(
      """
      select r.id, r.account_id, r.statement_date, r.statement_balance, a.currency,
        floor(extract(epoch from r.finished_at))::bigint as finished_at,
        exists (
          select from entry e join transaction t on t.id = e.transaction_id
          where e.id = any(r.entry_ids) and t.is_opening) as locks_opening,
        array(
          select distinct t.id from entry e join transaction t on t.id = e.transaction_id
          where e.id = any(r.entry_ids) and not t.is_opening order by 1) as transaction_ids
      from reconciliation r join account a on a.id = r.account_id
      where r.ledger_id = \(ledger.ledgerID) and r.id > \(last?.id ?? 0)
      order by r.id limit 10
      """
    ).map { row in
      LedgerArchive.Reconciliation(
        id: try row.decode("id"), accountID: try row.decode("account_id"),
        statementDate: try row.decode("statement_date"),
        statementBalance: Money(
          minorUnits: try row.decode("statement_balance"),
          currency: Currency(code: try row.decode("currency"))),
        finishedAt: try row.instantIfPresent("finished_at"),
        locksOpening: try row.decode("locks_opening"),
        transactionIDs: try row.decode("transaction_ids"))
    }
  }

  /// What is assigned, by category and month.
  package func budgets(after last: LedgerArchive.Budget?) async throws -> [LedgerArchive.Budget] {
    try await ledger.query(
      """
      select b.category_id, b.month, b.assigned, l.currency, b.rollover
      from budget b join ledger l on l.id = b.ledger_id
      where b.ledger_id = \(ledger.ledgerID)
        and (b.category_id, b.month)
          > (\(last?.categoryID ?? 0), \(last?.month.firstDay ?? .first)::date)
      order by b.category_id, b.month limit \(Self.pageSize)
      """
    ).map { row in
      LedgerArchive.Budget(
        categoryID: try row.decode(0), month: try row.decode(1, as: CivilDate.self).civilMonth,
        assigned: Money(
          minorUnits: try row.decode(2), currency: Currency(code: try row.decode(3))),
        rollover: try row.decodeIfPresent(4, as: String.self).flatMap(Rollover.init))
    }
  }

  /// The rows that accounts have had from imports.
  package func importedRows(
    after last: LedgerArchive.ImportedRow?
  ) async throws -> [LedgerArchive.ImportedRow] {
    try await ledger.query(
      """
      select i.account_id, i.content_key, i.place, i.external_id, i.similarity_key, i.date,
        i.amount, a.currency, t.id as transaction_id
      from import_identity i join account a on a.id = i.account_id
      left join transaction t on t.id = i.transaction_id and t.deleted_at is null
      where i.ledger_id = \(ledger.ledgerID) and (i.account_id, i.content_key, i.place)
        > (\(last?.accountID ?? 0), \(last?.contentKey ?? ""), \(last?.place ?? 0))
      order by i.account_id, i.content_key, i.place limit \(Self.pageSize)
      """
    ).map { row in
      LedgerArchive.ImportedRow(
        accountID: try row.decode("account_id"), contentKey: try row.decode("content_key"),
        place: try row.decode("place"), externalID: try row.decodeIfPresent("external_id"),
        similarityKey: try row.decode("similarity_key"), date: try row.decode("date"),
        amount: Money(
          minorUnits: try row.decode("amount"),
          currency: Currency(code: try row.decode("currency"))),
        transactionID: try row.decodeIfPresent("transaction_id"))
    }
  }

  /// Pairs of transactions that are no transfer.
  package func dismissedTransfers(
    after last: LedgerArchive.DismissedTransfer?
  ) async throws -> [LedgerArchive.DismissedTransfer] {
    try await ledger.query(
      """
      select d.outgoing_id, d.incoming_id from dismissed_transfer d
      join transaction o on o.id = d.outgoing_id and o.deleted_at is null
      join transaction i on i.id = d.incoming_id and i.deleted_at is null
      where d.ledger_id = \(ledger.ledgerID) and (d.outgoing_id, d.incoming_id)
        > (\(last?.outgoingID ?? 0), \(last?.incomingID ?? 0))
      order by d.outgoing_id, d.incoming_id limit \(Self.pageSize)
      """
    ).map { row in
      LedgerArchive.DismissedTransfer(
        outgoingID: try row.decode(0), incomingID: try row.decode(1))
    }
  }

  /// Rates by currencies and date.
  package func rates(after last: ExchangeRate?) async throws -> [ExchangeRate] {
    let name = last.map { RateName(from: $0.from.code, to: $0.to.code, date: $0.date) }
    return try await RateStore(ledger)
      .list(from: nil, to: nil, after: name, limit: Self.pageSize).rates.map(\.rate)
  }
}
