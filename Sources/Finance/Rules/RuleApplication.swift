import PostgresClient
import Tenancy

/// What a rule makes, or would make, of the transactions of some days.
package struct RulePreview: Sendable {
  /// A transaction, and what would become of it.
  package struct Change: Sendable {
    package let transaction: Transaction
    package let before: TransactionDraft
    package let after: TransactionDraft
  }

  /// The first changes, the latest transactions first.
  package private(set) var changes: [Change] = []
  /// How many transactions it changes.
  package private(set) var count = 0
  /// How many it would change if a reconciliation had not locked them.
  package private(set) var reconciledCount = 0

  fileprivate mutating func add(_ changes: [Change], upTo limit: Int) {
    let (locked, open) = (changes.filter(\.transaction.isReconciled), changes.filter(\.isOpen))
    self.changes += open.prefix(limit - self.changes.count)
    count += open.count
    reconciledCount += locked.count
  }
}

extension RulePreview.Change {
  fileprivate var isOpen: Bool { !transaction.isReconciled }
}

/// The days, both included, whose transactions a rule is applied to; nil is without end.
package struct RuleRange: Sendable, Hashable {
  package let startDate: CivilDate?
  package let endDate: CivilDate?

  package init(from startDate: CivilDate? = nil, to endDate: CivilDate? = nil) {
    self.startDate = startDate
    self.endDate = endDate
  }
}

/// Applies rules to transactions that are there already.
extension LedgerWriter {
  /// How many transactions a rule is applied to at once.
  package static let maximumRuleRange = 50_000
  private static let pageSize = 500

  /// What the rule would change. It need not be kept, nor active.
  ///
  /// - Parameter limit: how many of the changes are told; all are counted.
  /// - Throws: ``InvalidInput`` if the rule makes no sense, or there are too many transactions in the
  ///   range.
  package func previewRule(
    _ rule: RuleDefinition, in range: RuleRange, limit: Int
  ) async throws -> RulePreview {
    let program: RuleProgram
    do {
      program = try await check(rule)
    } catch let error as InvalidInput {
      throw error.inside("rule")
    }
    var preview = RulePreview()
    try await walk(range) { page in
      let changes = try await changes(by: program, of: page)
      preview.add(changes, upTo: limit)
    }
    return preview
  }

  /// Changes the transactions of the range as the rule says. What a reconciliation has locked stays.
  ///
  /// - Throws: ``NotFound``; ``InvalidInput`` if there are too many transactions in the range.
  package func applyRule(_ id: Int64, in range: RuleRange) async throws -> RulePreview {
    let program = try RuleProgram(try await rule(id).definition)
    var done = RulePreview()
    try await walk(range) { page in
      let changes = try await changes(by: program, of: page)
      try await replace(
        changes.filter(\.isOpen).map { change in
          (change.transaction.id, change.after, Set(change.before.accountIDs))
        })
      done.add(changes, upTo: 0)
    }
    return done
  }

  /// The transactions that the rule changes.
  private func changes(
    by program: RuleProgram, of transactions: [Transaction]
  ) async throws -> [RulePreview.Change] {
    let drafts = transactions.map { TransactionDraft($0) }
    let ids = Set(drafts.flatMap(\.accountIDs) + program.accountIDs)
    let accounts = try BookAccounts(try await run(BookAccounts.query(Array(ids), in: ledgerID))[0])
    return zip(transactions, drafts).compactMap { transaction, before in
      let after = program.applied(to: before, accounts)
      return after == before
        ? nil : RulePreview.Change(transaction: transaction, before: before, after: after)
    }
  }

  /// Hands out the transactions of the range, the latest first. No rule changes their dates, so that
  /// none is missed.
  private func walk(
    _ range: RuleRange, _ body: ([Transaction]) async throws -> Void
  ) async throws {
    var filter = TransactionFilter()
    filter.startDate = range.startDate
    filter.endDate = range.endDate
    var position: TransactionFilter.Position?
    var count = 0
    repeat {
      let query = filter.page(in: ledgerID, after: position, limit: Self.pageSize)
      let rows = try await run(TransactionRows.query(query).plannedEachTime)
      let found = try TransactionRows.transactions(rows[0])
      let page = Array(found.prefix(Self.pageSize))
      count += page.count
      guard count <= Self.maximumRuleRange else {
        throw InvalidInput(
          "start_date",
          "must be so late that there are at most \(Self.maximumRuleRange) transactions")
      }
      try await body(page)
      position =
        found.count > page.count
        ? page.last.map { .init(value: $0.date.description, id: $0.id) } : nil
    } while position != nil
  }
}
