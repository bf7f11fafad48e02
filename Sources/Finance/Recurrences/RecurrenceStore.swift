import PostgresClient
import Tenancy

/// Reads what recurs in one ledger.
package struct RecurrenceStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// All recurrences, in the order in which they were made.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list() async throws -> [Recurrence] {
    try await ledger.query(RecurrenceRows.query("true", in: ledger.ledgerID)).map(Recurrence.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func recurrence(_ id: Int64) async throws -> Recurrence {
    let rows = try await ledger.query(RecurrenceRows.query("id = \(id)", in: ledger.ledgerID))
    guard let row = rows.first else { throw NotFound() }
    return try Recurrence(row)
  }

  /// A page of what is upcoming, and where the next one begins.
  ///
  /// - Parameter until: nil is 30 days from today.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func upcoming(
    until: CivilDate?, after position: Upcoming.Position?, limit: Int
  ) async throws -> (occurrences: [Occurrence], next: Upcoming.Position?) {
    let rows = try await ledger.read([
      ledger.today, RecurrenceRows.query("active", in: ledger.ledgerID),
      """
      select o.recurrence_id, o.due_date
      from occurrence o left join transaction t on t.id = o.transaction_id
      where o.ledger_id = \(ledger.ledgerID) and t.deleted_at is null
        and o.due_date >= (
          select (to_timestamp(\(ledger.seconds)) at time zone time_zone)::date from ledger
          where id = \(ledger.ledgerID)) - \(Upcoming.overdueDays)::int
      """,
    ])
    let today: CivilDate = try rows[0][0].decode(0)
    let upcoming = Upcoming(
      recurrences: try rows[1].map(Recurrence.init),
      settled: Set(
        try rows[2].map { row in
          Upcoming.Settled(recurrenceID: try row.decode(0), dueDate: try row.decode(1))
        }), today: today)
    let end = until ?? today.adding(days: 30) ?? today
    let (occurrences, hasMore) = upcoming.page(until: end, after: position, limit: limit)
    return (occurrences, hasMore ? occurrences.last?.position : nil)
  }

  /// What seems to recur, and is no recurrence yet.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func suggestions() async throws -> [RecurrenceSuggestion] {
    let rows = try await ledger.read([
      ledger.today, RecurrenceRows.query("true", in: ledger.ledgerID),
      PastPayment.query(in: ledger.ledgerID, seconds: ledger.seconds).plannedEachTime,
    ])
    let found = RegularPayment.find(
      in: try rows[2].map(PastPayment.init), today: try rows[0][0].decode(0))
    let recurrences = try rows[1].map(Recurrence.init)
    let new = found.filter { payment in !recurrences.contains(where: payment.isKnown(as:)) }
      .prefix(RecurrenceSuggestion.limit)
    let latest = try await ledger.query(
      TransactionRows.query(ids: new.compactMap(\.transactions.last), in: ledger.ledgerID))
    let byID = try TransactionRows.transactions(latest).reduce(into: [:]) { $0[$1.id] = $1 }
    return new.compactMap { payment in
      payment.transactions.last.flatMap { byID[$0] }.map {
        RecurrenceSuggestion(payment, latest: $0)
      }
    }
  }
}

extension LedgerDatabase {
  /// Which day it is in the ledger.
  fileprivate var today: PostgresQuery {
    """
    select (to_timestamp(\(seconds)) at time zone time_zone)::date from ledger
    where id = \(ledgerID)
    """
  }
}

/// How recurrences are read.
enum RecurrenceRows {
  static func query(_ condition: PostgresQuery, in ledgerID: Int64) -> PostgresQuery {
    """
    select id, template, unit, every, anchor_date, weekend, until, active, version,
      floor(extract(epoch from created_at))::bigint as created_at,
      floor(extract(epoch from updated_at))::bigint as updated_at
    from recurrence where ledger_id = \(ledgerID) and \(query: condition)
    order by id
    """
  }
}

extension Recurrence {
  init(_ row: PostgresRow) throws {
    guard let unit = Schedule.Unit(rawValue: try row.decode("unit")),
      let weekend = Schedule.Weekend(rawValue: try row.decode("weekend"))
    else { throw PostgresError(code: .decoding, detail: "no schedule") }
    self.init(
      id: try row.decode("id"),
      template: try row.decode("template", as: JSONColumn<TransactionTemplate>.self).value,
      schedule: Schedule(
        unit: unit, every: try row.decode("every"), anchor: try row.decode("anchor_date"),
        weekend: weekend, until: try row.decodeIfPresent("until")),
      isActive: try row.decode("active"), version: try row.decode("version"),
      createdAt: try row.instant("created_at"), updatedAt: try row.instant("updated_at"))
  }
}
