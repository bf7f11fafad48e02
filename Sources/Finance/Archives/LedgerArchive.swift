import Foundation
import Tenancy

/// A whole ledger as its export has it. Its ids are those of the ledger that it was.
///
/// Deleted transactions are left out: they are in no figure. What is known of rows that were imported is
/// in it, those of deleted transactions included, so that none of them comes back.
package struct LedgerArchive: Sendable {
  package struct Account: Sendable {
    package let id: Int64
    package let draft: AccountDraft

    package init(id: Int64, draft: AccountDraft) {
      self.id = id
      self.draft = draft
    }
  }

  package struct Category: Sendable {
    package let id: Int64
    package let draft: CategoryDraft

    package init(id: Int64, draft: CategoryDraft) {
      self.id = id
      self.draft = draft
    }
  }

  package struct Transaction: Sendable {
    package let id: Int64
    package let draft: TransactionDraft

    package init(id: Int64, draft: TransactionDraft) {
      self.id = id
      self.draft = draft
    }
  }

  package struct Recurrence: Sendable {
    package let id: Int64
    package let draft: RecurrenceDraft

    package init(id: Int64, draft: RecurrenceDraft) {
      self.id = id
      self.draft = draft
    }
  }

  /// An occurrence that is recorded or skipped.
  package struct Occurrence: Sendable {
    package let recurrenceID: Int64
    package let dueDate: CivilDate
    /// Nil for one that is skipped.
    package let transactionID: Int64?

    package init(recurrenceID: Int64, dueDate: CivilDate, transactionID: Int64?) {
      self.recurrenceID = recurrenceID
      self.dueDate = dueDate
      self.transactionID = transactionID
    }
  }

  package struct Reconciliation: Sendable {
    package let id: Int64
    package let accountID: Int64
    package let statementDate: CivilDate
    package let statementBalance: Money
    package let finishedAt: Date?
    /// Whether it has locked the account's opening balance.
    package let locksOpening: Bool
    /// What it has locked besides.
    package let transactionIDs: [Int64]

    package init(
      id: Int64, accountID: Int64, statementDate: CivilDate, statementBalance: Money,
      finishedAt: Date?, locksOpening: Bool, transactionIDs: [Int64]
    ) {
      self.id = id
      self.accountID = accountID
      self.statementDate = statementDate
      self.statementBalance = statementBalance
      self.finishedAt = finishedAt
      self.locksOpening = locksOpening
      self.transactionIDs = transactionIDs
    }
  }

  /// What is assigned to a category in a month.
  package struct Budget: Sendable {
    package let categoryID: Int64
    package let month: CivilMonth
    package let assigned: Money
    package let rollover: Rollover?

    package init(categoryID: Int64, month: CivilMonth, assigned: Money, rollover: Rollover?) {
      self.categoryID = categoryID
      self.month = month
      self.assigned = assigned
      self.rollover = rollover
    }
  }

  /// A row that an account has had from an import.
  package struct ImportedRow: Sendable {
    package let accountID: Int64
    package let contentKey: String
    /// Among those with an equal content.
    package let place: Int
    package let externalID: String?
    package let similarityKey: String
    package let date: CivilDate
    package let amount: Money
    /// Nil for one that somebody did not want, or has deleted.
    package let transactionID: Int64?

    package init(
      accountID: Int64, contentKey: String, place: Int, externalID: String?,
      similarityKey: String, date: CivilDate, amount: Money, transactionID: Int64?
    ) {
      self.accountID = accountID
      self.contentKey = contentKey
      self.place = place
      self.externalID = externalID
      self.similarityKey = similarityKey
      self.date = date
      self.amount = amount
      self.transactionID = transactionID
    }
  }

  /// Two transactions that are no transfer, as somebody has said.
  package struct DismissedTransfer: Sendable {
    package let outgoingID: Int64
    package let incomingID: Int64

    package init(outgoingID: Int64, incomingID: Int64) {
      self.outgoingID = outgoingID
      self.incomingID = incomingID
    }
  }

  package let currency: String
  package var accounts: [Account] = []
  /// Groups before what is in them.
  package var categories: [Category] = []
  package var tags: [String] = []
  package var payees: [String] = []
  package var transactions: [Transaction] = []
  package var rules: [RuleDefinition] = []
  package var recurrences: [Recurrence] = []
  package var occurrences: [Occurrence] = []
  package var reconciliations: [Reconciliation] = []
  package var rates: [ExchangeRate] = []
  package var budgets: [Budget] = []
  package var importedRows: [ImportedRow] = []
  package var dismissedTransfers: [DismissedTransfer] = []

  package init(currency: String) {
    self.currency = currency
  }

  /// How many of each there are, beside transactions.
  var counts: [String: Int] {
    [
      "accounts": accounts.count, "categories": categories.count, "payees": payees.count,
      "tags": tags.count, "rules": rules.count, "recurrences": recurrences.count,
      "reconciliations": reconciliations.count, "rates": rates.count, "budgets": budgets.count,
    ]
  }

  /// The transactions as rows of a preview.
  var rows: [ImportRow] {
    let currencies = Dictionary(
      accounts.map { ($0.id, Currency(code: $0.draft.currency ?? currency)) },
      uniquingKeysWith: { first, _ in first })
    return transactions.enumerated().map { index, transaction in
      let currency = currencies[transaction.draft.accountID] ?? Currency(code: currency)
      return ImportRow(transaction.draft, n: index + 1, in: currency)
    }
  }
}

extension ImportRow {
  /// A transaction of an exported ledger.
  fileprivate init(_ draft: TransactionDraft, n: Int, in currency: Currency) {
    self.n = n
    source = 0
    line = n
    state = .new
    date = draft.date
    money = try? Money(draft.amount, in: currency)
    externalID = draft.externalID
    details = Details(
      payee: draft.payee ?? "", memo: draft.memo, tags: draft.tags,
      isPending: draft.status == .pending)
  }
}
