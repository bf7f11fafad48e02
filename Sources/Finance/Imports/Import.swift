import Foundation
import PostgresClient
import StatementFormats
import Tenancy

/// How far an import is.
package enum ImportState: String, Sendable, CaseIterable {
  /// Its file is being read.
  case reading
  /// Nothing is in the books yet.
  case preview
  case published
  /// What it wrote is taken back.
  case reverted
}

/// A file that is imported.
package struct Import: Sendable {
  /// How many rows there are of each kind.
  package struct Counts: Sendable, Hashable {
    package let new: Int
    /// Of the new ones, how many may be duplicates.
    package let possible: Int
    package let duplicate: Int
    package let invalid: Int
  }

  package let id: Int64
  package let state: ImportState
  package let accountID: Int64?
  package let plan: StatementPlan
  package let sources: [ImportSource]
  package let warnings: [String]
  let isMappingChosen: Bool
  package let createsCategories: Bool
  package let rowsRead: Int
  package let counts: Counts
  /// Of a whole ledger; nil for other files.
  package let contents: ImportContents?
  package let publishedVersion: Int64?
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date

  /// The imports that a condition on `i` holds for, the latest first.
  static func query(_ condition: PostgresQuery, in ledgerID: Int64, limit: Int = 1)
    -> PostgresQuery
  {
    """
    select id, state, account_id, plan, sources, warnings, is_mapping_chosen, creates_categories,
      rows_read, new_rows, possible_rows, duplicate_rows, invalid_rows, contents, published_version,
      version,
      floor(extract(epoch from created_at))::bigint as created_at,
      floor(extract(epoch from updated_at))::bigint as updated_at
    from import i where ledger_id = \(ledgerID) and \(query: condition)
    order by id desc limit \(limit)
    """
  }

  init(_ row: PostgresRow) throws {
    guard let state = ImportState(rawValue: try row.decode("state")) else { throw NotFound() }
    id = try row.decode("id")
    self.state = state
    accountID = try row.decodeIfPresent("account_id")
    plan = try row.decode("plan", as: JSONColumn<StatementPlan>.self).value
    sources = try row.decode("sources", as: JSONColumn<[ImportSource]>.self).value
    warnings = try row.decode("warnings", as: JSONColumn<[String]>.self).value
    isMappingChosen = try row.decode("is_mapping_chosen")
    createsCategories = try row.decode("creates_categories")
    rowsRead = try row.decode("rows_read")
    counts = Counts(
      new: try row.decode("new_rows"), possible: try row.decode("possible_rows"),
      duplicate: try row.decode("duplicate_rows"), invalid: try row.decode("invalid_rows"))
    contents = try row.decodeIfPresent("contents", as: JSONColumn<ImportContents>.self)?.value
    publishedVersion = try row.decodeIfPresent("published_version")
    version = try row.decode("version")
    createdAt = try row.instant("created_at")
    updatedAt = try row.instant("updated_at")
  }
}

/// An account that a file has rows of, and the ledger's account that they go to.
package struct ImportSource: Codable, Sendable, Hashable {
  package let index: Int
  /// An IBAN or account number.
  package var identifier: String?
  package var name: String?
  package var currency: String?
  /// Nil until somebody says which it is.
  package var accountID: Int64?
  /// Amounts in the source's currency.
  package var opening: String?
  package var closing: String?
  package var start: String?
  package var end: String?
  /// Whether opening balance and rows add up to the closing balance; nil if the file does not tell.
  package var balances: Bool?

  init(_ source: StatementSource, accountID: Int64?, in standard: Currency) {
    let money = source.currency.map { Currency(code: $0) } ?? standard
    index = source.index
    identifier = source.identifier
    name = source.name
    currency = source.currency
    self.accountID = accountID
    opening = source.opening.map { Self.text($0.amount, in: money) }
    closing = source.closing.map { Self.text($0.amount, in: money) }
    start = source.start?.description
    end = source.end?.description
    balances = source.balances
  }

  /// With exactly the currency's digits, unless the file has more.
  private static func text(_ amount: DecimalNumber, in currency: Currency) -> String {
    (try? Money(amount, in: currency).text) ?? amount.plainText
  }

  /// A sentence's subject.
  var label: String { identifier ?? name ?? "account \(index + 1) of the file" }
}
