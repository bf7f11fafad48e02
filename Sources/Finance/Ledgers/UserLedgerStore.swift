import PostgresClient

/// Reads the ledgers that a user is a member of.
package struct UserLedgerStore: Sendable {
  private let database: UserDatabase

  package init(_ database: UserDatabase) {
    self.database = database
  }

  /// Up to `limit` of the user's ledgers, the oldest first.
  ///
  /// - Parameter id: of the last one of the page before.
  /// - Throws: As ``UserDatabase/query(_:)``.
  package func list(limit: Int, after id: Int64? = nil) async throws -> [Ledger] {
    try await database.query(
      """
      \(query: Ledger.query(of: database.userID)) and l.id > \(id ?? 0)
      order by l.id limit \(limit)
      """
    ).map(Ledger.init)
  }
}

extension LedgerDatabase {
  /// The ledger itself.
  ///
  /// - Throws: As ``query(_:)``.
  package func ledger() async throws -> Ledger {
    let rows = try await query("\(query: Ledger.query(of: userID)) and l.id = \(ledgerID)")
    guard let row = rows.first else { throw LedgerNotFound() }
    return try Ledger(row)
  }
}

extension UserWriter {
  /// Adds a ledger, whose owner the user is.
  ///
  /// - Throws: ``InvalidInput``.
  package func createLedger(_ draft: LedgerDraft) async throws -> Ledger {
    let id = try await LedgerCreation.create(draft.name, try draft.settings(), in: transaction)
    let results = try await transaction.query([
      LedgerCreation.addMember(userID, .owner, to: id),
      "\(query: Ledger.query(of: userID)) and l.id = \(id)",
    ])
    return try Ledger(results[1][0])
  }
}

extension Ledger {
  /// The ledgers of a user, to go on with `and`.
  static func query(of user: Int64) -> PostgresQuery {
    """
    select l.id, l.name, l.currency, l.time_zone, m.role, l.version,
      floor(extract(epoch from l.created_at))::bigint as created_at,
      floor(extract(epoch from l.updated_at))::bigint as updated_at
    from ledger_member m join ledger l on l.id = m.ledger_id
    where m.user_id = \(user)
    """
  }

  init(_ row: PostgresRow) throws {
    self.init(
      id: try row.decode("id"), name: try row.decode("name"),
      currency: Currency(code: try row.decode("currency")),
      timeZone: try row.decode("time_zone"), role: try row.ledgerRole("role"),
      version: try row.decode("version"), createdAt: try row.instant("created_at"),
      updatedAt: try row.instant("updated_at"))
  }
}

extension PostgresRow {
  func ledgerRole(_ column: String) throws -> LedgerRole {
    guard let role = LedgerRole(rawValue: try decode(column)) else {
      throw PostgresError(code: .decoding, detail: "no role")
    }
    return role
  }
}
