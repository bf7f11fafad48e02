import Tenancy

/// The ids that a ledger has for what another one had.
struct ArchiveIDs {
  /// Accounts and categories.
  var accounts: [Int64: Int64] = [:]
  var recurrences: [Int64: Int64] = [:]
  var transactions: [Int64: Int64] = [:]

  /// Rules and recurrences with these ids.
  var references: ReferenceMap { ReferenceMap(id: { accounts[$0] }) }

  /// The draft with ids of this ledger. An account or category that the file names and does not have is
  /// no account of any ledger, and is refused.
  func mapped(_ draft: TransactionDraft) -> TransactionDraft {
    // No id is negative.
    draft.mapping { accounts[$0] ?? -$0 }
  }

  /// The recurrence with ids of this ledger; nil if an account of it is not there.
  func mapped(_ draft: RecurrenceDraft) -> RecurrenceDraft? {
    let transaction = draft.transaction
    let targets = [transaction.target] + transaction.splits.map(\.target)
    let needed = [transaction.accountID] + targets.compactMap(\.transferAccountID)
    guard needed.allSatisfy({ accounts[$0] != nil }) else { return nil }
    var draft = draft
    draft.transaction = transaction.mapping { accounts[$0] }
    return draft
  }
}

extension TransactionDraft {
  fileprivate func mapping(_ new: (Int64) -> Int64?) -> TransactionDraft {
    func target(_ old: Target) -> Target {
      var target = old
      target.categoryID = old.categoryID.flatMap(new)
      target.transferAccountID = old.transferAccountID.flatMap(new)
      return target
    }
    var draft = self
    draft.accountID = new(accountID) ?? accountID
    draft.target = target(self.target)
    for index in splits.indices {
      draft.splits[index].id = nil
      draft.splits[index].target = target(splits[index].target)
    }
    return draft
  }
}

extension LedgerArchive {
  /// What the file has and an import does not bring back, in sentences.
  var warnings: [String] {
    let known = accounts.map(\.id) + categories.map(\.id)
    let ids = ArchiveIDs(accounts: Dictionary(known.map { ($0, $0) }) { first, _ in first })
    var warnings: [String] = []
    let lost = recurrences.count { ids.mapped($0.draft) == nil }
    if lost > 0 {
      warnings.append(
        "Recurrences of accounts that the file does not have are not brought back: \(lost).")
    }
    for rule in rules where rule.following(ids.references) == nil {
      warnings.append(
        "The rule “\(rule.name)” names only what the file does not have, and is not brought back.")
    }
    return warnings
  }
}
