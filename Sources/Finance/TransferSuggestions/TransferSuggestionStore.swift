import PostgresClient
import Tenancy

/// Two transactions that look like the two halves of one transfer.
package struct TransferSuggestion: Sendable, Hashable {
  /// Names the pair.
  package struct ID: Sendable, Hashable {
    package let outgoing: Int64
    package let incoming: Int64

    package init(outgoing: Int64, incoming: Int64) {
      self.outgoing = outgoing
      self.incoming = incoming
    }
  }

  package let outgoing: Transaction
  package let incoming: Transaction

  package var id: ID { ID(outgoing: outgoing.id, incoming: incoming.id) }
}

/// Finds the pairs of one ledger's transactions that look like transfers.
///
/// Both are uncategorized and not split, in two open accounts of one currency, at most five days apart,
/// with opposite amounts. Neither is reconciled, and nobody has said that they are no transfer.
package struct TransferSuggestionStore: Sendable {
  private static let daysApart = 5

  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// Where a page begins: after this pair.
  package struct Position: Sendable, Hashable {
    package let date: CivilDate
    package let id: TransferSuggestion.ID

    package init(date: CivilDate, id: TransferSuggestion.ID) {
      self.date = date
      self.id = id
    }
  }

  /// Up to `limit` pairs, the latest outgoing transaction first.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(
    after position: Position?, limit: Int
  ) async throws -> (suggestions: [TransferSuggestion], next: Position?) {
    let after: PostgresQuery =
      position.map { position in
        """
        (outgoing.date, outgoing.transaction_id, incoming.transaction_id)
          < (\(position.date)::date, \(position.id.outgoing), \(position.id.incoming))
        """
      } ?? "true"
    let rows = try await ledger.query(
      """
      \(query: Self.query(in: ledger.ledgerID)) and \(query: after)
      order by outgoing.date desc, outgoing.transaction_id desc, incoming.transaction_id desc
      limit \(limit + 1)
      """)
    let page = try rows.prefix(limit).map { row in
      Position(
        date: try row.decode(2),
        id: TransferSuggestion.ID(outgoing: try row.decode(0), incoming: try row.decode(1)))
    }
    let suggestions = try await suggestions(page.map(\.id))
    return (suggestions, rows.count > limit ? page.last : nil)
  }

  private func suggestions(_ ids: [TransferSuggestion.ID]) async throws -> [TransferSuggestion] {
    let found = try await TransactionStore(ledger)
      .transactions(Array(Set(ids.flatMap { [$0.outgoing, $0.incoming] })))
    let transactions = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    return ids.compactMap { id in
      guard let outgoing = transactions[id.outgoing], let incoming = transactions[id.incoming]
      else { return nil }
      return TransferSuggestion(outgoing: outgoing, incoming: incoming)
    }
  }

  /// The pairs of a ledger, to go on with `and`: outgoing, incoming, and the date of the outgoing one.
  static func query(in ledgerID: Int64) -> PostgresQuery {
    """
    select outgoing.transaction_id, incoming.transaction_id, outgoing.date
    from account expenses
    join entry outgoing on outgoing.to_account = expenses.id and not outgoing.deleted
    join account source on source.id = outgoing.from_account and source.closed_on is null
    join account incomes on incomes.ledger_id = expenses.ledger_id
      and incomes.kind = 'income' and incomes.type = 'uncategorized'
    join entry incoming on incoming.from_account = incomes.id and not incoming.deleted
      and incoming.date between outgoing.date - \(daysApart)::int and outgoing.date + \(daysApart)::int
      and incoming.amount = outgoing.amount and incoming.currency = outgoing.currency
      and incoming.to_account <> outgoing.from_account
    join account target on target.id = incoming.to_account and target.closed_on is null
    where expenses.ledger_id = \(ledgerID)
      and expenses.kind = 'expense' and expenses.type = 'uncategorized'
      and outgoing.from_status <> 'reconciled' and incoming.to_status <> 'reconciled'
      and not exists (select from entry where id <> outgoing.id
        and transaction_id = outgoing.transaction_id)
      and not exists (select from entry where id <> incoming.id
        and transaction_id = incoming.transaction_id)
      and not exists (select from dismissed_transfer
        where outgoing_id = outgoing.transaction_id and incoming_id = incoming.transaction_id)
    """
  }

  static func query(_ id: TransferSuggestion.ID, in ledgerID: Int64) -> PostgresQuery {
    """
    \(query: query(in: ledgerID))
      and outgoing.transaction_id = \(id.outgoing) and incoming.transaction_id = \(id.incoming)
    """
  }
}
