import PostgresClient
import Tenancy

extension UserDatabase {
  /// The user's own ledger of this name, which is made if it is not there.
  func ledger(named name: String, _ settings: LedgerSettings) async throws -> Int64 {
    try await withTransaction { transaction in
      let found = try await transaction.query(
        """
        select l.id from ledger l join ledger_member m on m.ledger_id = l.id
        where m.user_id = \(userID) and m.role = 'owner' and l.name = \(name)
        order by l.id limit 1
        """)
      if let row = found.first { return try row.decode(0) }
      let id = try await LedgerCreation.create(name, settings, in: transaction)
      try await transaction.query(LedgerCreation.addMember(userID, .owner, to: id))
      return id
    }
  }
}

/// Writes the accounts and categories of the demo household.
extension LedgerWriter {
  /// Whether the ledger has no account.
  func isEmpty() async throws -> Bool {
    try await run(
      """
      select from account where ledger_id = \(ledgerID) and kind in ('asset', 'liability') limit 1
      """)[0].isEmpty
  }

  func makeAccounts(of year: HouseholdYear) async throws -> [HouseholdYear.Account: Int64] {
    var ids: [HouseholdYear.Account: Int64] = [:]
    for account in HouseholdYear.Account.allCases {
      let opening = Money(
        minorUnits: HouseholdYear.openings[account] ?? 0,
        currency: DemoHousehold.currency(of: account))
      let draft = AccountDraft(
        name: account.name, type: account.type, currency: opening.currency.code,
        openingBalance: DecimalNumber(opening), openedOn: year.start)
      ids[account] = try await createAccount(draft).id
    }
    return ids
  }

  func makeCategories() async throws -> [HouseholdCategory: Int64] {
    let groups = HouseholdCategory.groups
    let groupIDs = try await insertCategories(
      groups.map { (name: $0, kind: .expense, parent: nil) })
    let parents = Dictionary(uniqueKeysWithValues: zip(groups, groupIDs))
    let ids = try await insertCategories(
      HouseholdCategory.allCases.map { category in
        (
          name: category.rawValue, kind: category.isIncome ? .income : .expense,
          parent: category.group.flatMap { parents[$0] }
        )
      })
    return Dictionary(uniqueKeysWithValues: zip(HouseholdCategory.allCases, ids))
  }

  /// - Returns: the ids, in order.
  private func insertCategories(
    _ categories: [(name: String, kind: AccountKind, parent: Int64?)]
  ) async throws -> [Int64] {
    try await run(
      """
      insert into account (ledger_id, kind, name, currency, parent_id, version)
      select \(ledgerID)::bigint, kind, name, \(Currency.none), parent, \(version)::bigint
      from unnest(
        \(categories.map(\.kind.rawValue))::text[], \(categories.map(\.name))::text[],
        \(categories.map(\.parent))::bigint[]) with ordinality as new (kind, name, parent, place)
      order by place
      returning id
      """)[0].map { try $0.decode(0) }
  }
}
