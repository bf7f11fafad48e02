import PostgresClient
import Tenancy

/// Reads the transactions of one ledger.
package struct TransactionStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// A page of a list, and where the next one begins.
  package struct Page: Sendable {
    package let transactions: [Transaction]
    package let next: TransactionFilter.Position?
  }

  /// Up to `limit` transactions. With an account in the filter, each is seen from that account.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(
    _ filter: TransactionFilter, after position: TransactionFilter.Position?, limit: Int
  ) async throws -> Page {
    let query = TransactionRows.query(
      filter.page(in: ledger.ledgerID, after: position, limit: limit))
    let rows = try await ledger.query(
      filter.hasOnePlan(limit: limit) ? query : query.plannedEachTime)
    let found = try TransactionRows.transactions(rows)
    let page = Array(found.prefix(limit))
    let seen = page.map { transaction in
      filter.accountID.map(transaction.seen) ?? transaction
    }
    guard found.count > limit, let last = page.last, let lastSeen = seen.last else {
      return Page(transactions: seen, next: nil)
    }
    // Accounts are listed by their own dates, and everything by the amount that is stored.
    let value =
      filter.order.isByDate
      ? (filter.isDeleted ? last : lastSeen).date.description : String(last.money.minorUnits)
    return Page(
      transactions: seen, next: TransactionFilter.Position(value: value, id: last.id))
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func transaction(_ id: Int64) async throws -> Transaction {
    let rows = try await ledger.query(TransactionRows.query(ids: [id], in: ledger.ledgerID))
    guard let transaction = try TransactionRows.transactions(rows).first else { throw NotFound() }
    return transaction
  }

  /// Those of the transactions that are there, by id, deleted ones included.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func transactions(_ ids: [Int64]) async throws -> [Transaction] {
    let rows = try await ledger.query(TransactionRows.query(ids: ids, in: ledger.ledgerID))
    return try TransactionRows.transactions(rows)
  }
}
