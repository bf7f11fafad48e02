import PostgresClient
import StatementFormats
import Tenancy

/// The accounts that rows of a file may go to, and how the accounts of the file are matched with them.
struct ImportAccounts: Sendable {
  struct Account: Sendable {
    let id: Int64
    let currency: Currency
    let isClosed: Bool
  }

  /// The account that was named for the file.
  let named: Int64?
  /// The ledger's.
  let currency: Currency
  /// What is settled, by the index of the source.
  private var chosen: [Int: Int64?] = [:]
  /// The same by the name that the file has for the account.
  private var chosenByName: [String: Int64] = [:]
  /// Whether the file is known to have several accounts, by their names.
  var hasSeveralNames = false
  private var byID: [Int64: Account] = [:]
  private var byName: [String: Int64] = [:]
  /// Of earlier imports, by the bank's identifier.
  private var byIdentifier: [String: Int64] = [:]

  static func queries(in ledgerID: Int64) -> [PostgresQuery] {
    [
      """
      select id, name, currency, closed_on is not null as is_closed from account
      where ledger_id = \(ledgerID) and kind in ('asset', 'liability')
      """,
      """
      select sources from import
      where ledger_id = \(ledgerID) and state in ('preview', 'published') order by id desc limit 20
      """,
      "select currency from ledger where id = \(ledgerID)",
    ]
  }

  /// - Parameter results: of ``queries(in:)``.
  init(_ results: [PostgresRows], named: Int64?) throws {
    self.named = named
    guard let ledger = results[2].first else { throw LedgerNotFound() }
    currency = Currency(code: try ledger.decode(0))
    for row in results[0] {
      let account = Account(
        id: try row.decode("id"), currency: Currency(code: try row.decode("currency")),
        isClosed: try row.decode("is_closed"))
      byID[account.id] = account
      byName[NameKey.key(of: try row.decode("name"))] = account.id
    }
    for row in results[1] {
      for source in try row.decode(0, as: JSONColumn<[ImportSource]>.self).value {
        guard let identifier = source.identifier, let id = source.accountID else { continue }
        if byIdentifier[identifier] == nil { byIdentifier[identifier] = id }
      }
    }
  }

  subscript(id: Int64) -> Account? { byID[id] }

  /// The account that the file calls so.
  func id(called name: String) -> Int64? { chosenByName[name] ?? byName[NameKey.key(of: name)] }

  /// Settles where the sources of the file go to.
  mutating func settle(_ sources: [ImportSource]) {
    for source in sources {
      chosen[source.index] = .some(source.accountID)
      if let name = source.name { chosenByName[name] = source.accountID }
    }
  }

  /// The account that a source goes to: what somebody has said, or else the one that was named for the
  /// file, if it has one account only; or else one that is called so. The first account of a file is
  /// taken for the one that was named, since the others come later.
  func account(for source: StatementSource) -> Int64? {
    if let choice = chosen[source.index] { return choice }
    let matching =
      source.name.flatMap(id(called:))
      ?? source.identifier.flatMap { byIdentifier[$0] }.flatMap { byID[$0]?.id }
    guard source.index == 0 else { return matching }
    return hasSeveralNames ? matching ?? named : named ?? matching
  }

  /// What is wrong with rows going to an account; nil if nothing is.
  func fault(of id: Int64) -> String? {
    guard let account = byID[id] else { return "is no account of this ledger" }
    return account.isClosed ? "is a closed account, which takes no new entries" : nil
  }
}
