import Finance
import Hummingbird

/// What was done just now, which the address of the next page says, and how it can be undone.
struct Notice: Sendable {
  enum Kind: String, Sendable {
    case added, saved, deleted, restored, linked, dismissed
    case accountAdded = "account-added"
    case accountClosed = "account-closed"
    case accountReopened = "account-reopened"
    case reconciled
    case reconciliationUndone = "reconciliation-undone"
    case published, reverted, discarded
    case categoryAdded = "category-added"
    case startersAdded = "starters-added"
    case categoryArchived = "category-archived"
    case categoryRevived = "category-revived"
    case categoryMerged = "category-merged"
    case planCopied = "plan-copied"
    case covered, categorized
    case ruleMade = "rule-made"
    case severalChanged = "several-changed"
    case severalPartly = "several-partly"
    case severalDeleted = "several-deleted"
    case severalDeletedPartly = "several-deleted-partly"
    case severalLocked = "several-locked"
  }

  let text: String
  /// Where the form that undoes it is posted to.
  let undo: String?
  /// Where the form is posted to that has it done by itself from now on.
  let offer: String?

  /// Nil if the address says nothing of the kind.
  init?(_ request: Request, _ visit: LedgerVisit) {
    guard let kind = Kind(rawValue: request.query.text("done")) else { return nil }
    text = Self.text(kind, visit.words)
    let id = request.query.id("id")
    let path =
      kind == .severalDeleted || kind == .severalDeletedPartly
      ? Self.restoring(request.query)
      : id.flatMap { Self.undoing(kind, $0, of: request.query.id("of")) }
    undo = visit.canWrite ? path.map { visit.link($0) } : nil
    let offers = kind == .categorized && visit.canWrite
    offer = offers ? id.map { visit.link("/transactions/\($0)/rule") } : nil
  }

  private static func text(_ kind: Kind, _ words: Words) -> String {
    switch kind {
    case .added: words.added
    case .saved: words.saved
    case .deleted: words.deleted
    case .restored: words.restored
    case .linked: words.linked
    case .dismissed: words.dismissed
    case .accountAdded: words.accountWords.accountAdded
    case .accountClosed: words.accountWords.accountClosed
    case .accountReopened: words.accountWords.accountReopened
    case .reconciled: words.accountWords.reconcileDone
    case .reconciliationUndone: words.accountWords.reconcileUndone
    case .published: words.importWords.published
    case .reverted: words.importWords.reverted
    case .discarded: words.importWords.discarded
    case .categoryAdded: words.categoryWords.categoryAdded
    case .startersAdded: words.categoryWords.startersAdded
    case .categoryArchived: words.categoryWords.categoryArchived
    case .categoryRevived: words.categoryWords.categoryRevived
    case .categoryMerged: words.categoryWords.categoryMerged
    case .planCopied: words.categoryWords.planCopied
    case .covered: words.categoryWords.covered
    case .categorized: words.registerWords.categorized
    case .ruleMade: words.registerWords.ruleMade
    case .severalChanged: words.registerWords.severalChanged
    case .severalPartly: words.registerWords.severalPartly
    case .severalDeleted: words.deleted
    case .severalDeletedPartly: words.registerWords.severalDeletedPartly
    case .severalLocked: words.registerWords.severalLocked
    }
  }

  /// - Parameter account: of a reconciliation.
  private static func undoing(_ kind: Kind, _ id: Int64, of account: Int64?) -> String? {
    switch kind {
    case .deleted: "/transactions/\(id)/restore"
    case .accountClosed: "/accounts/\(id)/reopen"
    case .reconciled: account.map { "/accounts/\($0)/reconciliations/\(id)/undo" }
    case .published: "/imports/\(id)/revert"
    case .categoryArchived: "/categories/\(id)/revive"
    case .ruleMade: "/transactions/rules/\(id)/delete"
    default: nil
    }
  }

  /// Puts back all that were deleted together.
  private static func restoring(_ query: Form) -> String? {
    let ids = query.text("ids").split(separator: ".").compactMap { Int64(id: $0) }
    return ids.isEmpty
      ? nil : "/transactions/restore?ids=\(ids.map(String.init).joined(separator: "."))"
  }
}
