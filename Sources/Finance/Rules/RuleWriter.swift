import PostgresClient

/// Writes the rules of one ledger.
extension LedgerWriter {
  /// Each new transaction is looked at by all of them.
  package static let maximumRules = 200

  /// Adds a rule.
  ///
  /// - Throws: ``InvalidInput`` with all that is wrong; ``BooksConflict`` if there are as many as there
  ///   can be.
  package func createRule(_ rule: RuleDefinition) async throws -> Rule {
    try await check(rule)
    let row = try await run(
      "select count(*), coalesce(max(position), 0) from rule where ledger_id = \(ledgerID)")[0][0]
    guard try row.decode(0, as: Int64.self) < Self.maximumRules else {
      throw BooksConflict("too-many-rules", "A ledger has at most \(Self.maximumRules) rules.")
    }
    let last: Int = try row.decode(1)
    let id: Int64 = try await run(
      """
      insert into rule (
        ledger_id, name, active, event, match, conditions, actions, position, version)
      values (\(ledgerID), \(rule.name), \(rule.isActive), \(rule.trigger.rawValue),
        \(rule.match.rawValue), \(JSONColumn(rule.conditions))::jsonb,
        \(JSONColumn(rule.actions))::jsonb, \(rule.position ?? last + 1), \(version))
      returning id
      """)[0][0].decode(0)
    return try await self.rule(id)
  }

  /// Changes a rule. What it has done stays.
  ///
  /// - Throws: ``NotFound``, ``InvalidInput``; what `check` throws.
  package func updateRule(
    _ id: Int64, _ patch: RulePatch, check: (Rule) throws -> Void
  ) async throws -> Rule {
    let old = try await rule(id)
    try check(old)
    let rule = patch.applied(to: old.definition)
    guard rule != old.definition else { return old }
    // What it names already may be gone by now.
    if patch.conditions != nil || patch.actions != nil { try await self.check(rule) }
    try await run(
      """
      update rule set name = \(rule.name), active = \(rule.isActive),
        event = \(rule.trigger.rawValue), match = \(rule.match.rawValue),
        conditions = \(JSONColumn(rule.conditions))::jsonb,
        actions = \(JSONColumn(rule.actions))::jsonb, position = \(rule.position),
        version = \(version), updated_at = now()
      where ledger_id = \(ledgerID) and id = \(id)
      """)
    return try await self.rule(id)
  }

  /// Removes a rule. What it has done stays.
  ///
  /// - Throws: ``NotFound``; what `check` throws.
  package func deleteRule(_ id: Int64, check: (Rule) throws -> Void) async throws {
    try check(try await rule(id))
    try await run(
      "delete from rule where ledger_id = \(ledgerID) and id = \(id)",
      noteDeletion(of: "rule", id))
  }

  /// The rule as it is now.
  func rule(_ id: Int64) async throws -> Rule {
    let rows = try await run(RuleRows.query("id = \(id)", in: ledgerID))
    guard let row = rows[0].first else { throw NotFound() }
    return try Rule(row)
  }

  /// - Returns: the rule, ready to be applied.
  /// - Throws: ``InvalidInput`` with all that is wrong with it, ids that are not of this ledger
  ///   included.
  @discardableResult
  func check(_ rule: RuleDefinition) async throws -> RuleProgram {
    let program = try RuleProgram(rule)
    let lookups = try await run(BookAccounts.query(program.accountIDs, in: ledgerID))
    let accounts = try BookAccounts(lookups[0])
    var faults: [InvalidInput.Fault] = []
    for (index, condition) in rule.conditions.enumerated() {
      guard let id = condition.values.first.flatMap({ Int64($0) }) else { continue }
      let path = ["conditions", String(index), "value"]
      if condition.field == .accountID, accounts.real(id) == nil {
        faults.append(.init(path, "is no account of this ledger"))
      } else if condition.field == .categoryID, accounts.category(id) == nil {
        faults.append(.init(path, "is no category of this ledger"))
      }
    }
    for (index, action) in rule.actions.enumerated() {
      guard let id = Int64(action.value) else { continue }
      let path = ["actions", String(index), "value"]
      if action.type == .setTransferAccount, accounts.real(id)?.isClosed ?? true {
        faults.append(.init(path, "is no open account of this ledger"))
      } else if action.type == .setCategory, accounts.category(id)?.isClosed ?? true {
        faults.append(.init(path, "is no category of this ledger, or an archived one"))
      }
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    return program
  }
}
