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

/// Writes the demo household.
extension LedgerWriter {
  /// Whether the ledger has no account.
  func isEmpty() async throws -> Bool {
    try await run(
      """
      select from account where ledger_id = \(ledgerID) and kind in ('asset', 'liability') limit 1
      """)[0].isEmpty
  }

  /// - Parameter chunk: how many transactions are written at a time.
  func record(_ year: HouseholdYear, chunk: Int) async throws {
    let accounts = try await makeAccounts(of: year)
    let categories = try await makeCategories()
    let drafts = year.transactions.map { $0.draft(accounts, categories) }
    for start in stride(from: 0, to: drafts.count, by: chunk) {
      _ = try await create(Array(drafts[start..<min(start + chunk, drafts.count)]))
    }
    try await setRates(of: year)
    try await makeBudgets(of: year, categories)
    for bill in HouseholdBill.all {
      guard let due = bill.dueDate(after: year.end) else { continue }
      _ = try await createRecurrence(
        RecurrenceDraft(
          transaction: bill.transaction(on: due).draft(accounts, categories),
          schedule: Schedule(unit: .month, anchor: due)))
    }
  }

  /// What a dollar was worth in euros when the year began, and on the first of each month since.
  private func setRates(of year: HouseholdYear) async throws {
    let rates = [
      "0.9215", "0.9188", "0.9243", "0.9302", "0.9276", "0.9231", "0.9259", "0.9264", "0.9198",
      "0.9174", "0.9207", "0.9226", "0.9241",
    ]
    for (index, text) in rates.enumerated() {
      guard let rate = DecimalNumber(text),
        let date = index == 0
          ? year.start : year.start.civilMonth.adding(months: index)?.firstDay
      else { continue }
      let name = RateName(from: "USD", to: currency.code, date: date)
      _ = try await setRate(name, to: rate) { _ in }
    }
  }

  /// The same in each month, but for one that does not do in the last. All at once: a budget that is
  /// set by itself is shown, for which all months before it are added up.
  private func makeBudgets(
    of year: HouseholdYear, _ categories: [HouseholdCategory: Int64]
  ) async throws {
    let budgets = HouseholdBudget.all
    let (first, last) = (year.start.civilMonth, year.end.civilMonth)
    try await run(
      """
      insert into budget (ledger_id, category_id, month, assigned, rollover, version)
      select \(ledgerID)::bigint, category, month, assigned, rollover, \(version)::bigint
      from unnest(
        \(budgets.map { categories[$0.category] })::bigint[],
        \(budgets.map(\.assigned))::bigint[], \(budgets.map(\.rollover.rawValue))::text[]
      ) as new (category, assigned, rollover)
      cross join generate_series(\(first)::date, \(last)::date, interval '1 month') as month
      """)
    let overspent = HouseholdBudget.overspent(in: year)
    guard let category = categories[overspent.category] else { return }
    _ = try await setBudget(
      category, last,
      assigned: DecimalNumber(Money(minorUnits: overspent.assigned, currency: currency)),
      rollover: nil)
  }

  private func makeAccounts(of year: HouseholdYear) async throws -> [HouseholdYear.Account: Int64] {
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

  private func makeCategories() async throws -> [HouseholdCategory: Int64] {
    let groups = HouseholdCategory.groups
    let groupIDs = try await insertCategories(
      groups.map { CategoryDraft(name: $0, kind: .expense) })
    let parents = Dictionary(uniqueKeysWithValues: zip(groups, groupIDs))
    let ids = try await insertCategories(
      HouseholdCategory.allCases.map { category in
        CategoryDraft(
          name: category.rawValue, kind: category.isIncome ? .income : .expense,
          parentID: category.group.flatMap { parents[$0] })
      })
    return Dictionary(uniqueKeysWithValues: zip(HouseholdCategory.allCases, ids))
  }
}
