import Tenancy

/// A change of a transaction. What it does not name stays as it is.
package struct TransactionPatch: Sendable {
  package var accountID: Int64?
  package var date: CivilDate?
  package var amount: DecimalNumber?
  package var payee: Change<String> = .keep
  package var memo: String?
  package var target = Target()
  package var tags: [String]?
  package var tagsAdded: [String] = []
  package var tagsRemoved: [String] = []
  package var status: TransactionStatus?
  package var transferStatus: TransactionStatus?
  package var externalID: Change<String> = .keep
  /// All parts that there are to be; those with an id that are there already are changed.
  package var splits: [Split]?

  package init() {}

  package struct Target: Sendable {
    package var categoryID: Change<Int64> = .keep
    package var transferAccountID: Change<Int64> = .keep
    package var transferAmount: Change<DecimalNumber> = .keep
    package var transferDate: Change<CivilDate> = .keep

    package init() {}

    func apply(to target: inout TransactionDraft.Target) {
      // What becomes a transfer has no category any more. The other way round money would vanish from
      // the other account, so that is said by clearing it.
      if case .set = transferAccountID, categoryID.isKeep { target.categoryID = nil }
      if case .clear = transferAccountID {
        target.transferAmount = nil
        target.transferDate = nil
      }
      target.categoryID = categoryID.applied(to: target.categoryID)
      target.transferAccountID = transferAccountID.applied(to: target.transferAccountID)
      target.transferAmount = transferAmount.applied(to: target.transferAmount)
      target.transferDate = transferDate.applied(to: target.transferDate)
    }
  }

  package struct Split: Sendable {
    /// Of a part that is there already.
    package var id: Int64?
    package var amount: DecimalNumber?
    package var target = Target()
    package var memo: String?

    package init() {}
  }

  /// Makes the change.
  ///
  /// - Throws: ``InvalidInput`` if a part is named that is not there, or a new one has no amount.
  func apply(to draft: inout TransactionDraft) throws(InvalidInput) {
    if let accountID { draft.accountID = accountID }
    if let date { draft.date = date }
    if let amount { draft.amount = amount }
    draft.payee = payee.applied(to: draft.payee)
    if let memo { draft.memo = memo }
    if let tags { draft.tags = tags }
    let removed = Set(tagsRemoved.map(NameKey.key))
    draft.tags.removeAll { removed.contains(NameKey.key(of: $0)) }
    let standing = Set(draft.tags.map(NameKey.key))
    draft.tags += tagsAdded.filter { !standing.contains(NameKey.key(of: $0)) }
    if let status { draft.status = status }
    if let transferStatus { draft.transferStatus = transferStatus }
    draft.externalID = externalID.applied(to: draft.externalID)
    if let splits { draft.splits = try parts(splits, of: draft) }
    target.apply(to: &draft.target)
  }

  private func parts(
    _ splits: [Split], of draft: TransactionDraft
  ) throws(InvalidInput) -> [TransactionDraft.Split] {
    var faults: [InvalidInput.Fault] = []
    var parts: [TransactionDraft.Split] = []
    var seen: Set<Int64> = []
    for (index, split) in splits.enumerated() {
      let path = ["splits", String(index)]
      let old = split.id.flatMap { id in draft.splits.first { $0.id == id } }
      if let id = split.id, old == nil || !seen.insert(id).inserted {
        faults.append(.init(path + ["id"], "is no part of this transaction, or is given twice"))
      }
      guard let amount = split.amount ?? old?.amount else {
        faults.append(.init(path + ["amount"], "is required"))
        continue
      }
      var part = TransactionDraft.Split(
        id: split.id, amount: amount, target: old?.target ?? TransactionDraft.Target(),
        memo: split.memo ?? old?.memo ?? "")
      split.target.apply(to: &part.target)
      parts.append(part)
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    return parts
  }
}
