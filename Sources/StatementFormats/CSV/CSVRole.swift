/// What a column of a CSV file holds.
package enum CSVRole: String, Codable, Sendable, CaseIterable {
  case date
  case amount
  /// Money out, where it has a column of its own.
  case debit
  /// Money in.
  case credit
  /// Whether the amount is money out or in.
  case indicator
  /// The other party; of two columns, the one who is paid.
  case payee
  /// The one who pays, where that has a column of its own.
  case payer
  case memo
  case category
  case categoryGroup = "category_group"
  case currency
  /// The account that the row belongs to.
  case account
  /// The balance after the row.
  case balance
  case externalID = "external_id"
  case tags
  case checkNumber = "check_number"
  case transferAccount = "transfer_account"
  case transferAmount = "transfer_amount"
  case transferCurrency = "transfer_currency"
  /// Rows with equal text, one after the other, are parts of one transaction.
  case group
  case groupTitle = "group_title"
  /// The total of a split, which other systems write apart from its parts.
  case splitTotal = "split_total"
  /// Firefly III: withdrawal, deposit or transfer, from which account to which.
  case kind
  case sourceAccount = "source_account"
  case sourceKind = "source_kind"
  case destinationAccount = "destination_account"
  case destinationKind = "destination_kind"

  /// Whether several columns may have the role; their texts are joined.
  var isJoined: Bool { self == .memo || self == .tags }
}
