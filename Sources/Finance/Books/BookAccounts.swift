import PostgresClient
import Tenancy

/// The accounts and categories that a change speaks of, and the ledger's own accounts.
struct BookAccounts: Sendable {
  struct Account: Sendable, Hashable {
    let id: Int64
    let kind: AccountKind
    /// Of the ledger's own accounts, what they are for.
    let type: String
    /// Nil where entries may be in any currency.
    let currency: Currency?
    let isClosed: Bool
  }

  /// The ledger's own accounts, of which it has each once.
  enum Own: Hashable, Sendable {
    case opening, transit, exchange, uncategorizedIncome, uncategorizedExpense

    static let all: [Own] = [
      .opening, .transit, .exchange, .uncategorizedIncome, .uncategorizedExpense,
    ]

    fileprivate init?(kind: AccountKind, type: String) {
      switch (kind, type) {
      case (.equity, "opening"): self = .opening
      case (.equity, "transit"): self = .transit
      case (.equity, "exchange"): self = .exchange
      case (.income, "uncategorized"): self = .uncategorizedIncome
      case (.expense, "uncategorized"): self = .uncategorizedExpense
      default: return nil
      }
    }

    /// The row of a new ledger: kind, type, name.
    var row: (kind: AccountKind, type: String, name: String) {
      switch self {
      case .opening: (.equity, "opening", "Opening balances")
      case .transit: (.equity, "transit", "In transit")
      case .exchange: (.equity, "exchange", "Currency exchange")
      case .uncategorizedIncome: (.income, "uncategorized", "Uncategorized income")
      case .uncategorizedExpense: (.expense, "uncategorized", "Uncategorized expenses")
      }
    }
  }

  private let accounts: [Int64: Account]
  private let own: [Own: Int64]

  init(_ accounts: [Account]) {
    self.accounts = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0) })
    var own: [Own: Int64] = [:]
    for account in accounts {
      if let role = Own(kind: account.kind, type: account.type) { own[role] = account.id }
    }
    self.own = own
  }

  /// - Throws: `PostgresError` with code `decoding` if a row is no account.
  init(_ rows: PostgresRows) throws {
    self.init(
      try rows.map { row in
        guard let kind = AccountKind(rawValue: try row.decode("kind")) else { throw NotFound() }
        let code: String = try row.decode("currency")
        return Account(
          id: try row.decode("id"), kind: kind, type: try row.decodeIfPresent("type") ?? "",
          currency: code == "XXX" ? nil : Currency(code: code),
          isClosed: try row.decode("is_closed"))
      })
  }

  /// Finds the accounts with these ids, and the ledger's own.
  static func query(_ ids: [Int64], in ledgerID: Int64) -> PostgresQuery {
    """
    select id, kind, type, currency, closed_on is not null or archived as is_closed
    from account
    where ledger_id = \(ledgerID)
      and (id = any(\(ids)) or type in ('opening', 'transit', 'exchange', 'uncategorized'))
    """
  }

  /// An account that people see as one.
  func real(_ id: Int64) -> Account? {
    accounts[id].flatMap { $0.kind.isReal ? $0 : nil }
  }

  /// A category that people see as one.
  func category(_ id: Int64) -> Account? {
    accounts[id].flatMap { $0.kind.isCategory && $0.type.isEmpty ? $0 : nil }
  }

  /// One of the ledger's own accounts.
  ///
  /// Every ledger is made with them, and no statement removes one.
  subscript(own role: Own) -> Account {
    // See above.
    accounts[own[role]!]!
  }
}
