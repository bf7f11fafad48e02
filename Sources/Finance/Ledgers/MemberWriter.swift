import PostgresClient

/// Changes who may see a ledger. Nothing else of the ledger changes by it.
extension LedgerWriter {
  /// Makes a user a member, or gives a member another role.
  ///
  /// - Returns: the member, and whether they are a new one.
  /// - Throws: ``NotFound`` if the tenant has no such user; ``BooksConflict`` if they are the last
  ///   owner and are to be one no longer; what `check` throws, which is handed nil for a new member.
  package func setMember(
    _ user: Int64, _ role: LedgerRole, check: (Member?) throws -> Void = { _ in }
  ) async throws -> (member: Member, isNew: Bool) {
    let old = try await member(user)
    try check(old)
    if old == nil {
      // The row is held, so that the user is not erased meanwhile.
      let users = try await run(
        "select from app_user where id = \(user) and erased_at is null for key share")[0]
      guard !users.isEmpty else { throw NotFound() }
      try await run(LedgerCreation.addMember(user, role, to: ledgerID), touchLedger)
    } else if let old, old.role != role {
      if old.role == .owner { try await refuseLastOwner() }
      try await run(
        """
        update ledger_member set role = \(role.rawValue)
        where ledger_id = \(ledgerID) and user_id = \(user)
        """, touchLedger)
    }
    guard let member = try await member(user) else { throw NotFound() }
    return (member, old == nil)
  }

  /// Takes a member out. A member may take themselves out, and an owner anybody.
  ///
  /// What they recorded stays. If the ledger is their default one, another of theirs becomes it.
  ///
  /// - Throws: ``NotFound`` if they are no member; ``LedgerRoleTooLow``; ``BooksConflict`` if they
  ///   are the last owner; what `check` throws.
  package func removeMember(
    _ user: Int64, check: (Member) throws -> Void = { _ in }
  ) async throws {
    guard let me = try await member(userID) else { throw LedgerNotFound() }
    guard user == userID || me.role == .owner else { throw LedgerRoleTooLow(needed: .owner) }
    guard let member = try await member(user) else { throw NotFound() }
    try check(member)
    if member.role == .owner { try await refuseLastOwner() }
    try await moveDefaultLedger(of: user)
    try await run(
      "delete from ledger_member where ledger_id = \(ledgerID) and user_id = \(user)", touchLedger)
  }

  private func member(_ user: Int64) async throws -> Member? {
    try await run("\(query: Member.query(in: ledgerID)) and m.user_id = \(user)")[0]
      .first.map(Member.init)
  }

  /// Writers come one after the other, so of two owners who leave at once one is the last.
  private func refuseLastOwner() async throws {
    let owners = try await run(
      "select from ledger_member where ledger_id = \(ledgerID) and role = 'owner' limit 2")[0]
    guard owners.count > 1 else {
      throw BooksConflict(
        "last-owner", "A ledger has an owner. Make another member one first, or delete the ledger.")
    }
  }

  /// Who may see the ledger is a part of it.
  private var touchLedger: PostgresQuery {
    "update ledger set version = \(version), updated_at = now() where id = \(ledgerID)"
  }
}
