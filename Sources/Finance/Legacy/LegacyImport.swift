import PostgresClient
import Tenancy

/// Brings users and transactions of the app that Terrace replaces into a tenant.
///
/// It can be run again at any time: a user is known by their name, a transaction by an external id that
/// has its old number. What is there stays as it is, deleted transactions included.
package struct LegacyImport: Sendable {
  private let source: PostgresDatabase
  private let tenant: Tenant
  private let database: PostgresDatabase
  private let environment: FinanceEnvironment

  /// - Parameters:
  ///   - source: the old app's database.
  ///   - database: in the tenant's scope.
  package init(
    from source: PostgresDatabase, into tenant: Tenant, _ database: PostgresDatabase,
    _ environment: FinanceEnvironment
  ) {
    self.source = source
    self.tenant = tenant
    self.database = database
    self.environment = environment
  }

  /// - Returns: what came of each.
  /// - Throws: ``LegacySchemaNotFound``, `PostgresError`.
  package func run() async throws -> LegacyReport {
    let store = try await LegacyStore(source)
    var report = LegacyReport(schema: store.schema)
    let users = try await importUsers(of: store, &report)
    try await importTransactions(of: store, users, &report)
    return report
  }

  // MARK: Users

  /// - Returns: the ledgers of the users, by the users' old ids.
  private func importUsers(
    of store: LegacyStore, _ report: inout LegacyReport
  ) async throws -> [Int64: LedgerDatabase] {
    var ledgers: [Int64: LedgerDatabase] = [:]
    // The old app told names apart that differ in case alone. Two people never become one.
    var owners: [String: Int64] = [:]
    var last = Int64.min
    while true {
      let users = try await store.users(after: last, limit: 500)
      guard let end = users.last else { return ledgers }
      last = end.id
      for user in users {
        do {
          let username = try Username(user.username)
          if let other = owners[username.canonical] {
            throw LegacyRefusal.Reason("has the name of user \(other), in another spelling")
          }
          owners[username.canonical] = user.id
          ledgers[user.id] = try await ledger(of: user, username, &report)
        } catch let reason as LegacyRefusal.Reason {
          report.refuse(.user, user.id, "\(reason.text): \(user.username)")
        } catch let error as InvalidText {
          report.refuse(.user, user.id, "the name \(error)")
        }
      }
    }
  }

  private func ledger(
    of user: LegacyStore.User, _ username: Username, _ report: inout LegacyReport
  ) async throws -> LedgerDatabase {
    let users = UserStore(database: database)
    if try await users.login(of: username) == nil {
      let isUsable = ScryptHash(user.passwordHash) != nil
      do {
        _ = try await users.insert(
          // What is no hash is nobody's password.
          username, passwordHash: isUsable ? user.passwordHash : "!",
          ledger: LedgerSettings(newLedgerOf: tenant))
      } catch is UsernameTaken {
        throw LegacyRefusal.Reason("cannot log in here under this name")
      }
      report.usersAdded += 1
      if !isUsable { report.withoutPassword.append(user.username) }
    } else {
      report.usersPresent += 1
    }
    guard let login = try await users.login(of: username) else {
      throw LegacyRefusal.Reason("was removed meanwhile")
    }
    let own = UserDatabase(
      database, claims: TokenClaims(userID: login.userID, epoch: login.tokenEpoch))
    return try await LedgerStore(own, environment).ledger()
  }

  // MARK: Transactions

  private func importTransactions(
    of store: LegacyStore, _ ledgers: [Int64: LedgerDatabase], _ report: inout LegacyReport
  ) async throws {
    var last = Int64.min
    while true {
      let rows = try await store.transactions(
        after: last, limit: 1000, timeZone: tenant.timeZone)
      guard let end = rows.last else { return }
      last = end.id
      for (user, rows) in Dictionary(grouping: rows, by: \.userID).sorted(by: {
        ($0.key ?? 0) < ($1.key ?? 0)
      }) {
        guard let user, let ledger = ledgers[user] else {
          let reason = user.map { "its user \($0) is not here" } ?? "it has no user"
          for row in rows { report.refuse(.transaction, row.id, reason) }
          continue
        }
        let result = try await ledger.write { try await $0.record(rows) }
        report.transactionsAdded += result.added
        report.transactionsPresent += result.present
        report.refusals += result.refusals
      }
    }
  }
}

extension LegacyStore.Row {
  /// What the transaction is known by here.
  var externalID: String { "legacy:\(id)" }

  func draft(
    account: Int64, in currency: Currency
  ) throws(LegacyRefusal.Reason) -> TransactionDraft {
    guard let kind = EntryDraft.Kind(rawValue: type) else {
      throw LegacyRefusal.Reason("its type is neither income nor expense: \(type.prefix(40))")
    }
    guard let date, Posting.years.contains(date.year) else {
      throw LegacyRefusal.Reason("it has no date that books are kept in")
    }
    guard let number = DecimalNumber(floatingPoint: amount) else {
      throw LegacyRefusal.Reason("its amount is no number: \(amount.prefix(40))")
    }
    let money: Amount
    do {
      money = try Amount(number, in: currency)
    } catch {
      throw LegacyRefusal.Reason("its amount \(error.message): \(amount.prefix(40))")
    }
    let text: EntryDescription
    do {
      text = try EntryDescription(description)
    } catch {
      throw LegacyRefusal.Reason("its description \(error)")
    }
    let units = kind == .expense ? -money.minorUnits : money.minorUnits
    return TransactionDraft(
      accountID: account, date: date,
      amount: DecimalNumber(Money(minorUnits: units, currency: currency)), memo: text.text,
      externalID: externalID)
  }
}

extension DecimalNumber {
  /// The number that Postgres writes for a float or a numeric, such as `1e+15`; nil for NaN and
  /// infinities.
  init?(floatingPoint text: String) {
    let parts = text.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let mantissa = DecimalNumber(first) else { return nil }
    guard parts.count == 2 else {
      self = mantissa
      return
    }
    guard let exponent = Int(parts[1]) else { return nil }
    self.init(
      isNegative: mantissa.isNegative,
      integer: (mantissa.digits.map { $0 + UInt8(ascii: "0") })[...], fraction: [],
      exponent: mantissa.exponent + exponent)
  }
}
