import PostgresClient
import Tenancy

/// Reads what an export has.
package struct ExportStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// A ledger without its transactions.
  package struct Books: Sendable {
    package let name: String
    package let currency: Currency
    package let timeZone: String
    /// The ledger's.
    package let today: CivilDate
    /// With their balances at the end of the day that was asked for.
    package let accounts: [Account]
    /// Groups before what is in them.
    package let categories: [Category]
    package let tags: [String]
  }

  /// - Parameter date: of the balances; nil is today, in the ledger's time zone.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func books(at date: CivilDate? = nil) async throws -> Books {
    let (id, seconds) = (ledger.ledgerID, ledger.seconds)
    let results = try await ledger.read([
      """
      select name, currency, time_zone, (to_timestamp(\(seconds)) at time zone time_zone)::date
      from ledger where id = \(id)
      """,
      AccountStore.query("true", in: id, at: date, seconds: seconds),
      "\(query: CategoryStore.query(in: id)) order by parent_id nulls first, id",
      "select name from tag where ledger_id = \(id) order by name_key",
    ])
    guard let row = results[0].first else { throw LedgerNotFound() }
    return Books(
      name: try row.decode(0), currency: Currency(code: try row.decode(1)),
      timeZone: try row.decode(2), today: try row.decode(3),
      accounts: try results[1].map(Account.init),
      categories: try results[2].map(Category.init), tags: try results[3].map { try $0.decode(0) })
  }
}

extension TransactionStore {
  /// Hands all transactions to `body`, a page at a time, while the next one is read.
  ///
  /// Each page is a read of its own, so that a slow client holds no connection and whoever loses access
  /// gets no further. What is changed meanwhile comes as it was or as it is then; what stays comes once.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``, and what `body` throws.
  @concurrent package func forEachPage(
    of filter: TransactionFilter, size: Int = 2000,
    _ body: @concurrent ([Transaction]) async throws -> Void
  ) async throws {
    var page = try await list(filter, after: nil, limit: size)
    while let position = page.next {
      async let following = list(filter, after: position, limit: size)
      try await body(page.transactions)
      page = try await following
    }
    try await body(page.transactions)
  }
}
