import Foundation
import PostgresClient
import Tenancy

/// A user's own account.
package struct OwnAccount: Sendable {
  /// What is to become of a field: nil leaves it as it is.
  package struct Change: Sendable {
    package var displayName: DisplayName??
    package var locale: LocaleTag??

    package init(displayName: DisplayName?? = nil, locale: LocaleTag?? = nil) {
      self.displayName = displayName
      self.locale = locale
    }
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
  /// - Throws: What `check` throws; `InvalidToken`; `PostgresError`.
  package func update(
    _ change: Change, if check: @Sendable (UserProfile) throws -> Void = { _ in }
  ) async throws -> UserProfile {
    try await database.withTransaction { transaction in
      let found = try await transaction.query([
        "select from app_user where id = \(database.userID) for no key update", profileQuery,
      ])
      let user = try UserProfile(try first(of: found[1]))
      try check(user)
      let displayName = change.displayName.map { $0?.text } ?? user.displayName
      let locale = change.locale.map { $0?.text } ?? user.locale
      let results = try await transaction.query([
        """
        update app_user set display_name = \(displayName), locale = \(locale)
        where id = \(database.userID)
        """,
        profileQuery,
      ])
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
