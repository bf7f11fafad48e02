import PostgresClient

/// The types of things that have a version, and so a place in the list of changes.
///
/// A new type is a case here; the compiler then asks for its body.
package enum ChangedType: String, Sendable, CaseIterable {
  case account, budget, category, ledger, payee, rate, reconciliation, recurrence, rule, tag
  case transaction

  /// All of the type that a ledger has, to go on with `and`.
  func rows(in ledgerID: Int64) -> PostgresQuery {
    switch self {
    case .account:
      """
      select id, version, false as deleted from account
      where ledger_id = \(ledgerID) and kind in ('asset', 'liability')
      """
    case .budget: "select id, version, false as deleted from budget where ledger_id = \(ledgerID)"
    case .category:
      """
      select id, version, false as deleted from account
      where ledger_id = \(ledgerID) and kind in ('income', 'expense') and type is null
      """
    case .ledger: "select id, version, false as deleted from ledger where id = \(ledgerID)"
    case .payee: "select id, version, false as deleted from payee where ledger_id = \(ledgerID)"
    case .rate: "select id, version, false as deleted from rate where ledger_id = \(ledgerID)"
    case .reconciliation:
      "select id, version, false as deleted from reconciliation where ledger_id = \(ledgerID)"
    case .recurrence:
      "select id, version, false as deleted from recurrence where ledger_id = \(ledgerID)"
    case .rule: "select id, version, false as deleted from rule where ledger_id = \(ledgerID)"
    case .tag: "select id, version, false as deleted from tag where ledger_id = \(ledgerID)"
    case .transaction:
      """
      select id, version, deleted_at is not null as deleted from transaction
      where ledger_id = \(ledgerID) and not is_opening
      """
    }
  }
}

/// That something is as it is since a change of the ledger.
package struct LedgerChange: Sendable, Hashable {
  /// The place of a change in the list: in the order of commits, and within one commit by type and id.
  package struct Position: Sendable, Hashable {
    /// The number of the change of the ledger.
    package let version: Int64
    package let type: String
    package let id: Int64

    package init(version: Int64, type: String, id: Int64) {
      self.version = version
      self.type = type
      self.id = id
    }

    static let start = Position(version: 0, type: "", id: 0)
  }

  package let position: Position
  package let isDeleted: Bool
}

/// Reads what has changed in one ledger.
package struct ChangeStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// Up to `limit` changes in order. Each thing is there once, where it was changed last.
  ///
  /// One statement reads them, and so one snapshot. A writer holds the ledger's row from before it
  /// takes its number until it has committed: whatever the snapshot does not have yet gets a higher
  /// number than all that it has, and comes after ``LedgerChange/position`` of the last.
  ///
  /// - Parameter position: of the last change that is known; nil to begin with the first.
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list(
    after position: LedgerChange.Position?, limit: Int
  ) async throws -> (changes: [LedgerChange], hasMore: Bool) {
    let position = position ?? .start
    let parts =
      ChangedType.allCases.map { type -> PostgresQuery in
        """
        (select \(type.rawValue)::text as type, id, version, deleted
          from (\(query: type.rows(in: ledger.ledgerID))
            and \(query: Self.condition(type, after: position))) changed
          order by version, id limit \(limit + 1))
        """
      } + [Self.deletions(in: ledger.ledgerID, after: position, limit: limit)]
    let rows = try await ledger.query(
      """
      select * from (\(query: .joined(parts, separator: " union all "))) change
      order by version, type collate "C", id limit \(limit + 1)
      """)
    let changes = try rows.prefix(limit).map { row in
      LedgerChange(
        position: LedgerChange.Position(
          version: try row.decode("version"), type: try row.decode("type"),
          id: try row.decode("id")),
        isDeleted: try row.decode("deleted"))
    }
    return (changes, rows.count > limit)
  }

  private static func condition(
    _ type: ChangedType, after position: LedgerChange.Position
  ) -> PostgresQuery {
    if type.rawValue == position.type {
      return "(version, id) > (\(position.version), \(position.id))"
    }
    return type.rawValue < position.type
      ? "version > \(position.version)" : "version >= \(position.version)"
  }

  private static func deletions(
    in ledgerID: Int64, after position: LedgerChange.Position, limit: Int
  ) -> PostgresQuery {
    """
    (select type, object_id as id, version, true as deleted from deletion
      where ledger_id = \(ledgerID) and version >= \(position.version)
        and (version, type collate "C", object_id)
          > (\(position.version), \(position.type), \(position.id))
      order by version, type collate "C", object_id limit \(limit + 1))
    """
  }
}
