/// Systems whose CSV exports are recognised by their header.
package enum CSVExporter: String, Codable, Sendable, CaseIterable {
  case terrace
  case fireflyIII = "firefly_iii"
  case actual
  case ynab
  case mint

  /// The header of Terrace's own export.
  ///
  /// A split is one row for each part, one after the other, with equal `transaction_id`. A transfer is one
  /// row, of the account that it leaves. `category` is `Group:Category`, `tags` are separated by
  /// commas. A text that begins like a formula has an apostrophe before it.
  package static let terraceHeader = [
    "transaction_id", "account", "date", "amount", "currency", "payee", "memo", "category",
    "transfer_account", "transfer_amount", "transfer_currency", "tags", "status", "external_id",
  ]

  /// The exporter of a file with such a header.
  init?(header: [String]) {
    let names = Set(header.map(HeaderText.folded))
    func has(_ all: String...) -> Bool { names.isSuperset(of: all) }
    if has("transaction id", "account", "date", "amount", "transfer account", "external id") {
      self = .terrace
    } else if has("journal id", "type", "amount", "date", "source name", "destination name") {
      self = .fireflyIII
    } else if has("account", "date", "payee", "memo", "outflow", "inflow"),
      names.contains("flag") || names.contains("cleared")
    {
      self = .ynab
    } else if has("account", "date", "payee", "notes", "category", "amount"),
      names.contains("split amount") || names.contains("cleared") || names.count == 6
    {
      self = .actual
    } else if has("date", "description", "original description", "amount", "transaction type") {
      self = .mint
    } else {
      return nil
    }
  }

  /// The role of a column with such a header.
  func role(of name: String) -> CSVRole? { roles[HeaderText.folded(name)] }

  private var roles: [String: CSVRole] {
    switch self {
    case .terrace:
      [
        "transaction id": .group, "account": .account, "date": .date, "amount": .amount,
        "currency": .currency, "payee": .payee, "memo": .memo, "category": .category,
        "transfer account": .transferAccount, "transfer amount": .transferAmount,
        "transfer currency": .transferCurrency, "tags": .tags, "external id": .externalID,
      ]
    case .fireflyIII:
      [
        "group id": .group, "group title": .groupTitle, "type": .kind, "amount": .amount,
        "currency code": .currency, "foreign amount": .transferAmount,
        "foreign currency code": .transferCurrency, "description": .memo, "date": .date,
        "source name": .sourceAccount, "source type": .sourceKind,
        "destination name": .destinationAccount, "destination type": .destinationKind,
        "category": .category, "tags": .tags, "notes": .memo, "external id": .externalID,
      ]
    case .actual:
      [
        "account": .account, "date": .date, "payee": .payee, "notes": .memo,
        "category group": .categoryGroup, "category": .category, "amount": .amount,
        "split amount": .splitTotal,
      ]
    case .ynab:
      [
        "account": .account, "date": .date, "payee": .payee, "category group": .categoryGroup,
        "master category": .categoryGroup, "category": .category, "sub category": .category,
        "memo": .memo, "outflow": .debit, "inflow": .credit, "check number": .checkNumber,
      ]
    case .mint:
      [
        "date": .date, "description": .payee, "original description": .memo, "amount": .amount,
        "transaction type": .indicator, "category": .category, "account name": .account,
        "labels": .tags, "notes": .memo,
      ]
    }
  }

  /// The order of the dates' parts, where the system always has the same.
  var dateOrder: DateOrder? { self == .mint ? .monthDayYear : nil }

  /// What comes before the decimals, where the system always has the same.
  var decimalSeparator: DecimalSeparator? { self == .ynab ? nil : .point }

  /// Whether a transfer between two accounts is one row, and not one in each of them.
  var writesTransfersOnce: Bool { self == .terrace || self == .fireflyIII }
}
