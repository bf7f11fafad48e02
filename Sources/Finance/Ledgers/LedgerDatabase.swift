import Foundation
import PostgresClient
import Tenancy

/// What a member of a ledger may do.
package enum LedgerRole: String, Sendable, CaseIterable, Comparable {
  case viewer, editor, owner

  package static func < (left: LedgerRole, right: LedgerRole) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .editor: 1
    case .owner: 2
    }
  }

  /// The roles that may do what this one may.
  fileprivate var orHigher: [String] {
    Self.allCases.filter { $0 >= self }.map(\.rawValue)
  }
}

/// The user is no member of the ledger, or there is none.
package struct LedgerNotFound: Error {
  package init() {}
}

/// The user's role in the ledger does not go that far.
package struct LedgerRoleTooLow: Error {
  package let needed: LedgerRole

  package init(needed: LedgerRole) {
    self.needed = needed
  }
}

/// One member's way to a ledger.
///
/// As with ``UserDatabase``, each batch begins with a guard: besides the user it finds the user's role
/// in the ledger. Whoever is handed one need not ask whether the user may; where they may not, nothing
/// runs, and every call throws ``LedgerNotFound`` or ``LedgerRoleTooLow``.
package struct LedgerDatabase: Sendable {
  package let ledgerID: Int64
  package let userID: Int64
  private let role: LedgerRole
  private let database: PostgresDatabase
  /// What all reads are part of; nil is a transaction each.
  private let snapshot: PostgresTransaction?
  private let now: @Sendable () -> Date

  init(
    ledgerID: Int64, userID: Int64, role: LedgerRole, _ database: PostgresDatabase,
    in snapshot: PostgresTransaction? = nil, now: @escaping @Sendable () -> Date
  ) {
    self.ledgerID = ledgerID
    self.userID = userID
    self.role = role
    self.database = database
    self.snapshot = snapshot
    self.now = now
  }

  /// What must hold for a user to have the role in the ledger, beside being a user.
  static func conditions(
    ledgerID: Int64, userID: Int64, role: LedgerRole
  ) -> [PostgresQuery] {
    let isMember: PostgresQuery = """
      select from ledger_member where ledger_id = \(ledgerID) and user_id = \(userID)
      """
    guard role > .viewer else { return [isMember] }
    return [
      isMember,
      """
      select from ledger_member
      where ledger_id = \(ledgerID) and user_id = \(userID) and role = any(\(role.orHigher))
      """,
    ]
  }

  /// This instant in seconds since 1970, for SQL that asks which day it is in the ledger.
  var seconds: Int { Int(now().timeIntervalSince1970.rounded(.down)) }

  /// Runs one statement as a transaction of its own, in one round trip with the guard.
  ///
  /// - Throws: `InvalidToken`, ``LedgerNotFound``, ``LedgerRoleTooLow``, `PostgresError`.
  func query(_ query: PostgresQuery) async throws -> PostgresRows {
    try await read([query])[0]
  }

  /// Runs several reads in one round trip with the guard.
  ///
  /// - Throws: As ``query(_:)``.
  func read(_ queries: [PostgresQuery]) async throws -> [PostgresRows] {
    do {
      guard let snapshot else { return try await database.read(queries) }
      return try await snapshot.query(queries)
    } catch {
      throw understand(error)
    }
  }

  /// Hands `body` the ledger as it is at one moment: what it reads agrees, whoever writes meanwhile. It is
  /// all one transaction, with one guard, and one read after the other.
  ///
  /// - Parameter body: is handed what is only good inside of it, and only for reading.
  /// - Throws: As ``query(_:)``, and what `body` throws.
  package func snapshot<Result: Sendable>(
    _ body: (LedgerDatabase) async throws -> Result
  ) async throws -> Result {
    try await database.withTransaction(as: .snapshot) { transaction in
      try await body(
        LedgerDatabase(
          ledgerID: ledgerID, userID: userID, role: role, database, in: transaction, now: now))
    }
  }

  /// Changes the ledger, all or nothing. Writers of one ledger come one after the other: what `body`
  /// reads stays as it is until it is done.
  ///
  /// - Throws: As ``query(_:)``, and what `body` throws.
  package func write<Result: Sendable>(
    _ body: (LedgerWriter) async throws -> Result
  ) async throws -> Result {
    try await write(reading: []) { writer, _ in try await body(writer) }
  }

  /// Changes the ledger as ``write(_:)`` does.
  ///
  /// - Parameter queries: what `body` is sure to ask. They are run once the ledger is its own, in the
  ///   same round trip, and it is handed their results.
  func write<Result: Sendable>(
    reading queries: [PostgresQuery],
    _ body: (LedgerWriter, [PostgresRows]) async throws -> Result
  ) async throws -> Result {
    let lock: PostgresQuery = """
      update ledger set change_number = change_number + 1 where id = \(ledgerID)
      returning change_number, currency, time_zone,
        (to_timestamp(\(seconds)) at time zone time_zone)::date as today
      """
    do {
      return try await database.withTransaction { transaction in
        let results = try await transaction.query([lock] + queries)
        guard let row = results[0].first else { throw LedgerNotFound() }
        let writer = LedgerWriter(
          transaction: transaction, ledgerID: ledgerID, userID: userID,
          version: try row.decode(0), currency: Currency(code: try row.decode(1)),
          timeZone: try row.decode(2), today: try row.decode(3))
        return try await body(writer, Array(results.dropFirst()))
      }
    } catch let error as PostgresError {
      throw understand(error)
    }
  }

  private func understand(_ error: PostgresError) -> any Error {
    guard error.code == .guardRefused else { return error }
    return switch error.failedCondition {
    case 0: InvalidToken()
    case 1: LedgerNotFound()
    default: LedgerRoleTooLow(needed: role)
    }
  }
}

/// A change of a ledger under way: the one writer that the ledger has just now.
package struct LedgerWriter: Sendable {
  let transaction: PostgresTransaction
  let ledgerID: Int64
  let userID: Int64
  /// The number of this change. Whatever it writes is stamped with it.
  let version: Int64
  let currency: Currency
  let timeZone: String
  /// The ledger's.
  let today: CivilDate

  /// Runs statements in one round trip.
  @discardableResult
  func run(_ queries: PostgresQuery...) async throws -> [PostgresRows] {
    try await transaction.query(queries)
  }

  /// Notes that something is gone for good.
  func noteDeletion(of type: String, _ id: Int64) -> PostgresQuery {
    """
    insert into deletion (ledger_id, version, type, object_id)
    values (\(ledgerID), \(version), \(type), \(id))
    """
  }
}

extension CivilDate: PostgresEncodable, PostgresDecodable {
  package var postgresText: String { description }

  package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    self.init(utf8: text)
  }
}

extension CivilMonth: PostgresEncodable {
  /// Its first day: a month is a `date` in SQL.
  package var postgresText: String { firstDay.description }
}
