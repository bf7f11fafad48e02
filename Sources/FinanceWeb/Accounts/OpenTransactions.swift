import Finance
import Tenancy

/// What can be ticked in a reconciliation: the transactions of an account that are in no finished one.
struct OpenTransactions: Sendable {
  /// The newest first, seen from the account.
  let transactions: [Transaction]
  /// Whether there are older ones that are left out.
  let hasOlder: Bool

  /// How many are looked at. Who reconciles now and then has far fewer.
  private static let limit = 1000

  /// - Throws: As the stores do.
  init(of account: Int64, through date: CivilDate, _ visit: LedgerVisit) async throws {
    var filter = TransactionFilter()
    filter.accountID = account
    filter.endDate = date
    let page = try await TransactionStore(visit.database).list(
      filter, after: nil, limit: Self.limit)
    transactions = page.transactions.filter { $0.status != .reconciled }
    hasOlder = page.next != nil && page.transactions.last?.status != .reconciled
  }
}

extension LedgerVisit {
  /// Makes those of the shown transactions that are ticked cleared in the account, and the others
  /// pending.
  ///
  /// - Throws: `BooksConflict` if one was locked meanwhile, and as `LedgerWriter.update`.
  func tick(_ ticked: Set<Int64>, of shown: [Int64], in account: Int64) async throws {
    let found = try await TransactionStore(database).transactions(shown)
    var changes: [Tick: [Int64]] = [:]
    for transaction in found where transaction.deletedAt == nil {
      let isTicked = ticked.contains(transaction.id)
      guard (transaction.seen(from: account).status != .pending) != isTicked else { continue }
      let tick = Tick(isTicked: isTicked, isOwn: transaction.accountID == account)
      changes[tick, default: []].append(transaction.id)
    }
    guard !changes.isEmpty else { return }
    let made = changes
    try await database.write { writer in
      for (tick, ids) in made { _ = try await writer.update(ids, tick.patch) }
    }
  }

  private struct Tick: Hashable {
    let isTicked: Bool
    /// Whether the transaction is the account's own, and not a transfer that another account has.
    let isOwn: Bool

    var patch: TransactionPatch {
      var patch = TransactionPatch()
      let status: TransactionStatus = isTicked ? .cleared : .pending
      if isOwn { patch.status = status } else { patch.transferStatus = status }
      return patch
    }
  }
}
