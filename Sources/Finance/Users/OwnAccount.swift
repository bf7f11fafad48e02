import Foundation
import PostgresClient
import Tenancy

/// A user's own account.
package struct OwnAccount: Sendable {
  /// What is to become of the account.
  package struct Patch: Sendable {
    package var displayName = Change<DisplayName>.keep
    package var locale = Change<LocaleTag>.keep
    /// Nil leaves it as it is.
    package var defaultLedger: Int64?

    package init() {}
  }

  private let database: UserDatabase
  private let hasher: PasswordHasher
  private let attempts: LoginThrottle
  private let requester: Requester
  private let environment: FinanceEnvironment

  package init(
    _ database: UserDatabase, _ environment: FinanceEnvironment, for requester: Requester
  ) {
    self.database = database
    self.environment = environment
    hasher = environment.hasher
    attempts = environment.attempts
    self.requester = requester
  }

  /// - Throws: `InvalidToken`, `PostgresError`.
  package func profile() async throws -> UserProfile {
    try UserProfile(try first(of: try await database.query(profileQuery)))
  }

  /// - Parameter check: is handed the user as they are, while nobody else can change them; if it
  ///   throws, nothing is changed.
  /// - Throws: What `check` throws; `InvalidInput` if the user is no member of the ledger;
  ///   `InvalidToken`; `PostgresError`.
  package func update(
    _ patch: Patch, if check: @Sendable (UserProfile) throws -> Void = { _ in }
  ) async throws -> UserProfile {
    try await database.withTransaction { transaction in
      let found = try await transaction.query([
        "select from app_user where id = \(database.userID) for no key update", profileQuery,
      ])
      let user = try UserProfile(try first(of: found[1]))
      try check(user)
      let ledger = patch.defaultLedger ?? user.defaultLedger
      let results = try await transaction.query([
        """
        update app_user set version = version + 1,
          display_name = \(patch.displayName.text(insteadOf: user.displayName)),
          locale = \(patch.locale.text(insteadOf: user.locale)), default_ledger_id = \(ledger)
        where id = \(database.userID) and (default_ledger_id = \(ledger) or exists (
          select from ledger_member where ledger_id = \(ledger) and user_id = app_user.id))
        """,
        profileQuery,
      ])
      guard results[0].affectedRows == 1 else {
        throw InvalidInput("default_ledger_id", "is no ledger of yours")
      }
      return try UserProfile(try first(of: results[1]))
    }
  }

  /// Changes the password. It signs out of every other session, and ends tokens without a session.
  ///
  /// - Throws: ``AccessError/wrongPassword``, ``TooManyAttempts``, `PasswordHasher.Busy`,
  ///   `InvalidToken`, `PostgresError`.
  package func changePassword(from current: Password, to new: Password) async throws {
    let stored = try await verify(current)
    let hash = try await hasher.hash(new, for: requester)
    let user = database.userID
    let results = try await database.transaction(
      [
        """
        update app_user set password_hash = \(hash)
        where id = \(user) and password_hash = \(stored)
        """
      ] + UserStore.endAccess(of: user, but: database.session))
    // Somebody else has changed it meanwhile.
    guard results[0].affectedRows == 1 else { throw AccessError.wrongPassword }
  }

  /// Has the password be enough to sign in.
  ///
  /// - Throws: ``AccessError/wrongPassword``, ``TooManyAttempts``, `PasswordHasher.Busy`,
  ///   `InvalidToken`, `PostgresError`.
  package func removeTOTP(password: Password) async throws {
    _ = try await verify(password)
    try await TOTPStore(database, environment).remove()
  }

  private var profileQuery: PostgresQuery {
    "select \(sql: UserProfile.columns) from app_user u where u.id = \(database.userID)"
  }

  /// - Returns: the hash that the password was compared with.
  private func verify(_ password: Password) async throws -> String {
    let row = try first(
      of: try await database.query(
        "select username, password_hash from app_user where id = \(database.userID)"))
    let subject = LoginAttempts.Subject(
      username: try Username(try row.decode(0)), requester: requester)
    try attempts.admit(subject)
    let hash: String = try row.decode(1)
    let verdict = try await hasher.verify(
      password, against: hash, for: requester,
      judge: { [attempts] isRight in try attempts.judge(subject, isRight: isRight) })
    guard verdict != .wrong else { throw AccessError.wrongPassword }
    return hash
  }

  /// - Throws: `InvalidToken` if there is none: the user was deleted just after the guard.
  private func first(of rows: PostgresRows) throws -> PostgresRow {
    guard let row = rows.first else { throw InvalidToken() }
    return row
  }
}

extension Change<DisplayName> {
  fileprivate func text(insteadOf text: String?) -> String? {
    applied(to: nil).map(\.text) ?? (isKeep ? text : nil)
  }
}

extension Change<LocaleTag> {
  fileprivate func text(insteadOf text: String?) -> String? {
    applied(to: nil).map(\.text) ?? (isKeep ? text : nil)
  }
}
