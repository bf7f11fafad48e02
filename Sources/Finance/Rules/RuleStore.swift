import PostgresClient

/// Reads the rules of one ledger.
package struct RuleStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  /// All rules, in the order in which they are applied.
  ///
  /// - Throws: As ``LedgerDatabase/query(_:)``.
  package func list() async throws -> [Rule] {
    try await ledger.query(RuleRows.query("true", in: ledger.ledgerID)).map(Rule.init)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func rule(_ id: Int64) async throws -> Rule {
    let rows = try await ledger.query(RuleRows.query("id = \(id)", in: ledger.ledgerID))
    guard let row = rows.first else { throw NotFound() }
    return try Rule(row)
  }
}

/// How rules are read.
enum RuleRows {
  static func query(_ condition: PostgresQuery, in ledgerID: Int64) -> PostgresQuery {
    """
    select id, name, active, event, match, conditions, actions, position, version,
      floor(extract(epoch from created_at))::bigint as created_at,
      floor(extract(epoch from updated_at))::bigint as updated_at
    from rule where ledger_id = \(ledgerID) and \(query: condition)
    order by position, id
    """
  }
}

extension Rule {
  init(_ row: PostgresRow) throws {
    guard let trigger = RuleDefinition.Trigger(rawValue: try row.decode("event")),
      let match = RuleDefinition.Match(rawValue: try row.decode("match"))
    else { throw PostgresError(code: .decoding, detail: "no rule") }
    self.init(
      id: try row.decode("id"),
      definition: RuleDefinition(
        name: try row.decode("name"), isActive: try row.decode("active"), trigger: trigger,
        match: match,
        conditions: try row.decode("conditions", as: JSONColumn<[RuleCondition]>.self).value,
        actions: try row.decode("actions", as: JSONColumn<[RuleAction]>.self).value,
        position: try row.decode("position")),
      version: try row.decode("version"), createdAt: try row.instant("created_at"),
      updatedAt: try row.instant("updated_at"))
  }
}
