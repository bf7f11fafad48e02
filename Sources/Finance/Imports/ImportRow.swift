import PostgresClient
import StatementFormats
import Tenancy

/// What becomes of a row.
package enum ImportDecision: String, Sendable, CaseIterable {
  case `import`, skip
  /// It is a transaction that is there already.
  case link
}

/// A row of a file.
package struct ImportRow: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case new, duplicate, invalid
  }

  /// From 1, in the file's order.
  package let n: Int
  package let source: Int
  package let line: Int
  package internal(set) var state: State
  /// Whether a new row may be a duplicate.
  package internal(set) var isPossible = false
  /// Why it is invalid or a duplicate.
  package internal(set) var reason: String?
  /// Nil where the state decides.
  package internal(set) var decision: ImportDecision?
  package internal(set) var accountID: Int64?
  package internal(set) var date: CivilDate?
  package internal(set) var money: Money?
  package internal(set) var externalID: String?
  package internal(set) var transferAccountID: Int64?
  var contentKey: String?
  var similarityKey: String?
  package internal(set) var details: Details
  package internal(set) var chosenCategoryID: Int64?
  /// The one that the file names, if it is there already.
  package private(set) var namedCategoryID: Int64?
  package internal(set) var chosenPayee: String?
  package internal(set) var chosenMemo: String?
  /// What it was written as, or may be a duplicate of.
  package internal(set) var transactionID: Int64?

  package var categoryID: Int64? { chosenCategoryID ?? namedCategoryID }
  package var payee: String { chosenPayee ?? details.payee }
  package var memo: String { chosenMemo ?? details.memo }

  /// What the file says beside date and amount.
  package struct Details: Codable, Sendable {
    package var payee = ""
    package var memo = ""
    /// From the group to the category.
    package var category: [String] = []
    package var tags: [String] = []
    package var isPending = false
    /// What arrives at the other account, where it is in another currency.
    package var transferAmount: String?
    package var parts: [Part] = []
    /// An invalid row as it is in the file.
    package var text: String?
  }

  package struct Part: Codable, Sendable {
    package var amount: String
    package var category: [String]
    /// The one that is called so, where rows are shown: it is not stored.
    package var categoryID: Int64?
    package var memo: String
    package var transferAccountID: Int64?
    package var transferAmount: String?
  }

  init(_ invalid: InvalidRow, n: Int, accountID: Int64?) {
    self.n = n
    source = invalid.source
    line = invalid.line
    state = .invalid
    reason = invalid.reasons.joined(separator: "; ")
    self.accountID = accountID
    details = Details(text: invalid.text)
  }

  init(_ row: StatementRow, n: Int, details: Details) {
    self.n = n
    source = row.source
    line = row.line
    state = .new
    date = row.date
    externalID = row.externalID
    contentKey = row.contentKey
    similarityKey = row.similarityKey
    self.details = details
  }
}

extension ImportRow {
  static let columns: PostgresQuery = """
    n, source, line, state, possible, reason, decision, account_id, date, amount, currency,
    external_id, transfer_account_id, details, category_id, payee, memo, transaction_id
    """

  init(_ row: PostgresRow) throws {
    guard let state = State(rawValue: try row.decode(3)) else { throw NotFound() }
    n = try row.decode(0)
    source = try row.decode(1)
    line = try row.decode(2)
    self.state = state
    isPossible = try row.decode(4)
    reason = try row.decodeIfPresent(5)
    decision = try row.decodeIfPresent(6, as: String.self).flatMap(ImportDecision.init)
    accountID = try row.decodeIfPresent(7)
    date = try row.decodeIfPresent(8)
    if let amount = try row.decodeIfPresent(9, as: Int64.self) {
      money = Money(minorUnits: amount, currency: Currency(code: try row.decode(10)))
    }
    externalID = try row.decodeIfPresent(11)
    transferAccountID = try row.decodeIfPresent(12)
    details = try row.decode(13, as: JSONColumn<Details>.self).value
    chosenCategoryID = try row.decodeIfPresent(14)
    chosenPayee = try row.decodeIfPresent(15)
    chosenMemo = try row.decodeIfPresent(16)
    transactionID = try row.decodeIfPresent(17)
  }

  /// Finds the categories that are there already by the names that the file has for them.
  mutating func find(_ categories: CategoryNames) {
    if transferAccountID == nil, details.parts.isEmpty, let money {
      namedCategoryID = categories.id(of: details.category, isIncome: money.minorUnits > 0)
    }
    for (index, part) in details.parts.enumerated() where part.transferAccountID == nil {
      details.parts[index].categoryID = categories.id(
        of: part.category, isIncome: !part.amount.hasPrefix("-"))
    }
  }

  /// Adds rows of an import.
  static func insert(_ rows: [ImportRow], of id: Int64, in ledgerID: Int64) -> PostgresQuery {
    """
    insert into import_row (ledger_id, import_id, n, source, line, state, reason, account_id, date,
      amount, currency, external_id, transfer_account_id, content_key, similarity_key, details)
    select \(ledgerID)::bigint, \(id)::bigint, item.*
    from unnest(
      \(rows.map { Int64($0.n) })::int[], \(rows.map { Int64($0.source) })::int[],
      \(rows.map { Int64($0.line) })::int[], \(rows.map(\.state.rawValue))::text[],
      \(rows.map(\.reason))::text[], \(rows.map(\.accountID))::bigint[],
      \(rows.map { $0.date?.description })::date[], \(rows.map { $0.money?.minorUnits })::bigint[],
      \(rows.map { $0.money?.currency.code })::text[], \(rows.map(\.externalID))::text[],
      \(rows.map(\.transferAccountID))::bigint[], \(rows.map(\.contentKey))::text[],
      \(rows.map(\.similarityKey))::text[],
      \(rows.map { JSONColumn($0.details).postgresText })::jsonb[]) item
    """
  }
}
