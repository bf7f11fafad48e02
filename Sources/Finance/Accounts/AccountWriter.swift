import PostgresClient
import Tenancy

/// An account as somebody wants it to be.
package struct AccountDraft: Sendable, Hashable {
  package var name: String
  package var type: AccountType
  /// Nil is the ledger's.
  package var currency: String?
  package var openingBalance: DecimalNumber?
  /// When the opening balance was; nil is today.
  package var openedOn: CivilDate?
  package var closedOn: CivilDate?
  package var note: String

  package init(
    name: String, type: AccountType, currency: String? = nil,
    openingBalance: DecimalNumber? = nil, openedOn: CivilDate? = nil, closedOn: CivilDate? = nil,
    note: String = ""
  ) {
    self.name = name
    self.type = type
    self.currency = currency
    self.openingBalance = openingBalance
    self.openedOn = openedOn
    self.closedOn = closedOn
    self.note = note
  }
}

/// A change of an account. What it does not name stays as it is.
package struct AccountPatch: Sendable {
  package var name: String?
  package var type: AccountType?
  package var currency: String?
  package var openingBalance: DecimalNumber?
  package var openedOn: CivilDate?
  package var closedOn: Change<CivilDate> = .keep
  package var note: String?

  package init() {}
}

extension LedgerWriter {
  /// Adds an account.
  ///
  /// - Throws: ``InvalidInput`` with all that is wrong.
  package func createAccount(_ draft: AccountDraft) async throws -> Account {
    let currency = draft.currency.map(Currency.init(code:)) ?? self.currency
    let opening = try await check(
      name: draft.name, openingBalance: draft.openingBalance, currency, draft.openedOn,
      draft.closedOn, besides: nil)
    let id: Int64 = try await run(
      """
      insert into account (
        ledger_id, kind, type, name, currency, opened_on, closed_on, note, version)
      values (\(ledgerID), \(draft.type.kind.rawValue), \(draft.type.rawValue), \(draft.name),
        \(currency.code), \(draft.openedOn ?? today), \(draft.closedOn), \(draft.note), \(version))
      returning id
      """)[0][0].decode(0)
    try await setOpening(of: id, to: opening, on: draft.openedOn ?? today, currency)
    return try await account(id)
  }

  /// Changes an account.
  ///
  /// - Throws: ``NotFound``, ``InvalidInput``; ``BooksConflict`` if its currency is to be another and
  ///   it has entries or a recurrence is of it, or its opening balance is reconciled; what `check` throws.
  package func updateAccount(
    _ id: Int64, _ patch: AccountPatch, check: (Account) throws -> Void
  ) async throws -> Account {
    let old = try await account(id)
    try check(old)
    let currency = patch.currency.map(Currency.init(code:)) ?? old.currency
    let openedOn = patch.openedOn ?? old.openedOn ?? today
    let closedOn = patch.closedOn.applied(to: old.closedOn)
    let number =
      patch.openingBalance
      ?? DecimalNumber(Money(minorUnits: old.openingBalance, currency: old.currency))
    let opening = try await self.check(
      name: patch.name ?? old.name, openingBalance: number, currency, openedOn, closedOn,
      besides: id)
    let type = patch.type ?? old.type
    let isOpeningChanged = opening.minorUnits != old.openingBalance || openedOn != old.openedOn
    let isChanged =
      isOpeningChanged || currency != old.currency || closedOn != old.closedOn || type != old.type
      || (patch.name ?? old.name) != old.name || (patch.note ?? old.note) != old.note
    guard isChanged else { return old }
    if let closedOn, closedOn != old.closedOn { try await refuseEntries(of: id, after: closedOn) }
    if currency != old.currency {
      try await refuseEntries(of: id)
      try await refuseRecurrences(of: id)
      try await removeReconciliations(of: id)
    }
    if isOpeningChanged || currency != old.currency { try await removeOpening(of: id) }
    try await run(
      """
      update account set name = \(patch.name ?? old.name), kind = \(type.kind.rawValue),
        type = \(type.rawValue), currency = \(currency.code), opened_on = \(openedOn),
        closed_on = \(closedOn), note = \(patch.note ?? old.note), version = \(version),
        updated_at = now()
      where id = \(id)
      """)
    if isOpeningChanged || currency != old.currency {
      try await setOpening(of: id, to: opening, on: openedOn, currency)
    }
    return try await account(id)
  }

  /// Removes an account that has no entries. Rules go on without it.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if it has entries or a recurrence is of it: it can be
  ///   closed instead; what `check` throws.
  package func deleteAccount(_ id: Int64, check: (Account) throws -> Void) async throws {
    try check(try await account(id))
    try await refuseEntries(of: id)
    try await follow(.id(id, to: nil))
    try await removeOpening(of: id)
    try await removeReconciliations(of: id)
    try await run(
      // Previews of files that were to go to it.
      "update import set account_id = null where ledger_id = \(ledgerID) and account_id = \(id)",
      "delete from account_month where ledger_id = \(ledgerID) and account_id = \(id)",
      "delete from account where id = \(id)", noteDeletion(of: "account", id))
  }

  /// The account as it is now.
  func account(_ id: Int64) async throws -> Account {
    let rows = try await run(
      AccountStore.query("a.id = \(id)", in: ledgerID, at: today, seconds: 0))
    guard let row = rows[0].first else { throw NotFound() }
    return try Account(row)
  }

  private func check(
    name: String, openingBalance: DecimalNumber?, _ currency: Currency, _ openedOn: CivilDate?,
    _ closedOn: CivilDate?, besides id: Int64?
  ) async throws -> Money {
    var faults: [InvalidInput.Fault] = []
    let taken = try await run(
      """
      select name from account
      where ledger_id = \(ledgerID) and kind in ('asset', 'liability') and id <> \(id ?? 0)
      """)[0]
    if try taken.contains(where: { NameKey.key(of: try $0.decode(0)) == NameKey.key(of: name) }) {
      faults.append(.init(["name"], "is the name of another account"))
    }
    if !CurrencyCodes.active.contains(currency.code) {
      faults.append(.init(["currency"], "is no ISO 4217 currency that money is kept in"))
    }
    for (field, date) in [("opened_on", openedOn), ("closed_on", closedOn)] {
      if let date, !Posting.years.contains(date.year) {
        faults.append(
          .init(
            [field],
            "must be in the years \(Posting.years.lowerBound) to \(Posting.years.upperBound)"))
      }
    }
    if let closedOn, let openedOn, closedOn < openedOn {
      faults.append(.init(["closed_on"], "must not be before opened_on"))
    }
    var opening = Money(minorUnits: 0, currency: currency)
    do {
      if let openingBalance { opening = try Money(openingBalance, in: currency) }
    } catch {
      faults.append(.init(["opening_balance"], error.message))
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    return opening
  }

  /// - Throws: ``BooksConflict`` if there are entries other than that of the opening balance, those of
  ///   deleted transactions included, which may be restored.
  private func refuseEntries(of id: Int64) async throws {
    let rows = try await run(
      """
      select from account
      where ledger_id = \(ledgerID) and id = \(id) and \(query: BookStore.hasEntries("account"))
      """)
    guard rows[0].isEmpty else {
      throw BooksConflict(
        "account-in-use",
        "The account has transactions, which may be deleted ones. It can be closed instead.")
    }
  }

  private func refuseEntries(of id: Int64, after date: CivilDate) async throws {
    let last: CivilDate? = try await run(
      """
      select max(date) from entry
      where ledger_id = \(ledgerID) and (from_account = \(id) or to_account = \(id)) and not deleted
      """)[0][0].decodeIfPresent(0)
    guard let last, last > date else { return }
    throw InvalidInput("closed_on", "must not be before its last entry, of \(last)")
  }

  /// - Throws: ``BooksConflict`` if a recurrence has amounts in the account's currency.
  private func refuseRecurrences(of id: Int64) async throws {
    for row in try await run(RecurrenceRows.query("true", in: ledgerID))[0] {
      let recurrence = try Recurrence(row)
      guard recurrence.template.draft(on: today).accountIDs.contains(id) else { continue }
      throw BooksConflict(
        "account-in-use",
        "Recurrence \(recurrence.id) has amounts in the account's currency. Delete it first.")
    }
  }

  func removeOpening(of id: Int64) async throws {
    let rows = try await run(
      "select id, status from transaction where account_id = \(id) and is_opening")[0]
    guard let row = rows.first else { return }
    if try row.status(1) == .reconciled {
      throw BooksConflict(
        "reconciled", "A reconciliation has locked the opening balance. Undo it to change it.")
    }
    let transaction: Int64 = try row.decode(0)
    try await run(
      BookStore.takeBackSums(of: [transaction]),
      "delete from entry where transaction_id = \(transaction)",
      "delete from transaction where id = \(transaction)")
  }

  private func setOpening(
    of id: Int64, to money: Money, on date: CivilDate, _ currency: Currency
  ) async throws {
    guard money.minorUnits != 0 else { return }
    let lookups = try await run(
      BookAccounts.query([id], in: ledgerID),
      """
      insert into transaction (
        ledger_id, is_opening, account_id, date, amount, currency, status, search, created_by,
        version)
      values (\(ledgerID), true, \(id), \(date), \(money.minorUnits), \(currency.code), 'cleared', '',
        \(userID), \(version))
      returning id
      """)
    let accounts = try BookAccounts(lookups[0])
    guard let account = accounts.real(id) else { throw NotFound() }
    let transaction: Int64 = try lookups[1][0].decode(0)
    let opening = accounts[own: .opening]
    let isDebt = money.minorUnits < 0
    let entry = Entry(
      part: 0, date: date, from: isDebt ? account : opening, to: isDebt ? opening : account,
      money: isDebt ? -money : money, fromStatus: .cleared, toStatus: .cleared, memo: "")
    try await run(
      BookStore.insert([(transaction, entry)], in: ledgerID),
      BookStore.addSums(of: [transaction]))
  }
}
