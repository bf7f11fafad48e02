import PostgresClient

/// What becomes of what rules and recurrences name: accounts and categories by their ids, payees and
/// tags by their names. Nil is gone.
struct ReferenceMap {
  var id: (Int64) -> Int64? = { $0 }
  var payee: (String) -> String? = { $0 }
  var tag: (String) -> String? = { $0 }

  /// One account or category becomes another, or is gone.
  static func id(_ old: Int64, to new: Int64?) -> ReferenceMap {
    ReferenceMap(id: { $0 == old ? new : $0 })
  }

  static func payee(_ old: String, to new: String?) -> ReferenceMap {
    ReferenceMap(payee: names(old, to: new))
  }

  static func tag(_ old: String, to new: String?) -> ReferenceMap {
    ReferenceMap(tag: names(old, to: new))
  }

  private static func names(_ old: String, to new: String?) -> (String) -> String? {
    let key = NameKey.key(of: old)
    return { NameKey.key(of: $0) == key ? new : $0 }
  }
}

extension RuleDefinition {
  /// The rule with what has become of what it names; nil if nothing is left that it could do.
  ///
  /// An action that names what is gone is left out. So is a condition, since nothing is what is gone and
  /// everything is not: a rule that then applies to nothing is nil, and one that would apply to
  /// everything is no longer active. Conditions on the payee are on the bank's words, and stay.
  func following(_ map: ReferenceMap) -> RuleDefinition? {
    var rule = self
    rule.actions = actions.compactMap { $0.following(map) }
    rule.conditions = []
    for condition in conditions {
      if let kept = condition.following(map) {
        rule.conditions.append(kept)
      } else if condition.operator == .isNot {
        if match == .any { rule.isActive = false }
      } else if match == .all {
        return nil
      }
    }
    return rule.actions.isEmpty || rule.conditions.isEmpty ? nil : rule
  }

  /// The accounts and categories that it names.
  var accountIDs: [Int64] {
    var ids: [Int64] = []
    _ = following(
      ReferenceMap(id: { id in
        ids.append(id)
        return id
      }))
    return ids
  }
}

extension RuleCondition {
  fileprivate func following(_ map: ReferenceMap) -> RuleCondition? {
    guard field == .accountID || field == .categoryID, let id = values.first.flatMap({ Int64($0) })
    else { return self }
    return map.id(id).map { RuleCondition(field, `operator`, [String($0)]) }
  }
}

extension RuleAction {
  fileprivate func following(_ map: ReferenceMap) -> RuleAction? {
    let new =
      switch type {
      case .setCategory, .setTransferAccount: Int64(value).flatMap(map.id).map { String($0) }
      case .setPayee: map.payee(value)
      case .addTag, .removeTag: map.tag(value)
      case .setMemo, .appendMemo, .setStatus: value
      }
    return new.map { RuleAction(type, $0) }
  }
}

extension TransactionTemplate {
  /// The template with what has become of what it names; nil if an account of it is gone. A category
  /// that is gone is none.
  func following(_ map: ReferenceMap) -> TransactionTemplate? {
    guard let account = map.id(accountID), let target = target.following(map) else { return nil }
    var template = self
    template.accountID = account
    template.target = target
    template.payee = payee.flatMap(map.payee)
    template.tags = []
    for tag in tags.compactMap(map.tag) {
      let isThere = template.tags.contains { NameKey.key(of: $0) == NameKey.key(of: tag) }
      if !isThere { template.tags.append(tag) }
    }
    for index in splits.indices {
      guard let target = splits[index].target.following(map) else { return nil }
      template.splits[index].target = target
    }
    return template
  }

  /// The accounts and categories that it names.
  var accountIDs: [Int64] { draft(on: .first).accountIDs }
}

extension TransactionTemplate.Target {
  fileprivate func following(_ map: ReferenceMap) -> TransactionTemplate.Target? {
    var target = self
    target.categoryID = categoryID.flatMap(map.id)
    if let transferAccountID {
      guard let id = map.id(transferAccountID) else { return nil }
      target.transferAccountID = id
    }
    return target
  }
}

extension LedgerWriter {
  /// Has rules and recurrences name what has become of what they name. A rule that has nothing left to
  /// do is removed.
  ///
  /// - Throws: ``BooksConflict`` if a recurrence is of an account that is gone.
  func follow(_ map: ReferenceMap) async throws {
    let results = try await run(
      RuleRows.query("true", in: ledgerID), RecurrenceRows.query("true", in: ledgerID))
    for rule in try results[0].map(Rule.init) {
      let new = rule.definition.following(map)
      guard new != rule.definition else { continue }
      guard let new else {
        try await deleteRule(rule.id) { _ in }
        continue
      }
      try await run(
        """
        update rule set active = \(new.isActive), conditions = \(JSONColumn(new.conditions))::jsonb,
          actions = \(JSONColumn(new.actions))::jsonb, version = \(version), updated_at = now()
        where ledger_id = \(ledgerID) and id = \(rule.id)
        """)
    }
    for recurrence in try results[1].map(Recurrence.init) {
      guard let new = recurrence.template.following(map) else {
        throw BooksConflict(
          "account-in-use",
          "Recurrence \(recurrence.id) is of the account. Change or delete it first.")
      }
      guard new != recurrence.template else { continue }
      try await run(
        """
        update recurrence set template = \(JSONColumn(new))::jsonb, version = \(version),
          updated_at = now()
        where ledger_id = \(ledgerID) and id = \(recurrence.id)
        """)
    }
  }

  /// The accounts and categories that rules and recurrences name.
  func referencedAccounts() async throws -> Set<Int64> {
    let results = try await run(
      RuleRows.query("true", in: ledgerID), RecurrenceRows.query("true", in: ledgerID))
    return Set(
      try results[0].flatMap { try Rule($0).definition.accountIDs }
        + results[1].flatMap { try Recurrence($0).template.accountIDs })
  }
}
