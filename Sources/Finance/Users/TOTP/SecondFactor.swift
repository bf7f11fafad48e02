import Foundation
import PostgresClient
import Tenancy

/// What a user shows besides the password: a code of an authenticator app, or a recovery code.
struct SecondFactor: Sendable {
  let totp: TOTP
  /// The last step whose code was used.
  let lastStep: Int64?

  /// Of a table `app_user u`.
  static let columns: StaticString = """
    case when u.totp_confirmed_at is not null then u.totp_secret end, u.totp_last_step
    """

  /// - Parameter index: where ``columns`` begin. Nil if the user has none.
  init?(_ row: PostgresRow, from index: Int) throws(PostgresError) {
    guard let secret: [UInt8] = try row.decodeIfPresent(index) else { return nil }
    totp = TOTP(secret: secret)
    lastStep = try row.decodeIfPresent(index + 1)
  }
}

/// Checks and uses up the codes of users who sign in.
struct SecondFactorCheck: Sendable {
  let database: PostgresDatabase
  let attempts: LoginThrottle
  let now: @Sendable () -> Date

  /// Takes a code of the user; each counts once.
  ///
  /// A verdict is counted before the code is used up, so that a request that gets no verdict uses up
  /// nothing.
  ///
  /// - Throws: ``AccessError/codeRequired`` if there is none or it is wrong; ``TooManyAttempts``;
  ///   `PostgresError`.
  func take(
    _ code: String?, of login: UserStore.Login, _ factor: SecondFactor,
    _ subject: LoginAttempts.Subject
  ) async throws {
    guard let code else { throw AccessError.codeRequired }
    try attempts.admit(subject)
    let use: PostgresQuery
    if let step = factor.totp.step(of: code, at: now(), after: factor.lastStep) {
      use = """
        update app_user set totp_last_step = \(step)
        where id = \(login.userID) and (totp_last_step is null or totp_last_step < \(step))
        """
    } else if let hash = RecoveryCode(code)?.hash, try await has(hash, login.userID) {
      use = """
        update app_user set recovery_hashes = array_remove(recovery_hashes, \(hash))
        where id = \(login.userID) and \(hash) = any(recovery_hashes)
        """
    } else {
      try attempts.judge(subject, isRight: false)
      throw AccessError.codeRequired
    }
    try attempts.judge(subject, isRight: true)
    // Of two requests with one code, the second finds it used.
    guard try await database.transaction([use])[0].affectedRows == 1 else {
      throw AccessError.codeRequired
    }
  }

  private func has(_ hash: String, _ user: Int64) async throws -> Bool {
    try await !database.query(
      "select from app_user where id = \(user) and \(hash) = any(recovery_hashes)"
    ).isEmpty
  }
}
