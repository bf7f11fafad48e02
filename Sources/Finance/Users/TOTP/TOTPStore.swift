import Foundation
import PostgresClient
import Tenancy

/// A user's own second factor: begins, confirms and removes it.
package struct TOTPStore: Sendable {
  package let database: UserDatabase
  private let now: @Sendable () -> Date

  package init(_ database: UserDatabase, _ environment: FinanceEnvironment) {
    self.database = database
    now = environment.now
  }

  /// Gives the user a secret, in place of one that was never confirmed.
  ///
  /// - Parameter issuer: what the authenticator app calls the tenant.
  /// - Throws: ``AccessError/totpAlreadyOn``, `InvalidToken`, `PostgresError`.
  package func begin(issuer: String, _ writer: UserWriter) async throws -> TOTPEnrolment {
    let totp = TOTP.random()
    let rows = try await writer.transaction.query(
      """
      update app_user set totp_secret = \(totp.secret), totp_last_step = null
      where id = \(database.userID) and totp_confirmed_at is null
      returning username
      """)
    guard let row = rows.first else { throw AccessError.totpAlreadyOn }
    return TOTPEnrolment(totp, issuer: issuer, username: try row.decode(0))
  }

  /// Has a code asked for at every login from now on, if the user's app makes the right ones. What was
  /// let in without one ends: other sessions, tokens without a session, and personal tokens.
  ///
  /// - Returns: the recovery codes, which are shown once.
  /// - Throws: ``AccessError`` `totpAlreadyOn`, `totpNotBegun` or `wrongFirstCode`; `InvalidToken`;
  ///   `PostgresError`.
  package func confirm(_ code: String, _ writer: UserWriter) async throws -> [String] {
    let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
    let transaction = writer.transaction
    let row = try await transaction.query(
      """
      select totp_secret, totp_confirmed_at is not null from app_user
      where id = \(database.userID) for no key update
      """)[0]
    guard try !row.decode(1) else { throw AccessError.totpAlreadyOn }
    guard let secret: [UInt8] = try row.decodeIfPresent(0) else { throw AccessError.totpNotBegun }
    guard let step = TOTP(secret: secret).step(of: code, at: now(), after: nil) else {
      throw AccessError.wrongFirstCode
    }
    let turnOn: PostgresQuery = """
      update app_user set totp_confirmed_at = now(), totp_last_step = \(step),
        version = version + 1,
        recovery_hashes = \(codes.map(\.hash))
      where id = \(database.userID)
      """
    let endTokens: PostgresQuery =
      "delete from personal_token where user_id = \(database.userID)"
    try await transaction.query(
      [turnOn, endTokens] + UserStore.endAccess(of: database.userID, but: database.session))
    return codes.map(\.text)
  }

  /// Has the password be enough again. The caller has asked for it.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  func remove() async throws {
    _ = try await database.transaction([
      """
      update app_user set totp_secret = null, totp_confirmed_at = null, totp_last_step = null,
        recovery_hashes = null, version = version + 1
      where id = \(database.userID)
      """
    ])
  }
}
