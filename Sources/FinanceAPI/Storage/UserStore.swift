import PostgresClient

/// The users of one tenant.
struct UserStore: Sendable {
  let database: PostgresDatabase

  /// What a login is checked against.
  struct Login: Sendable {
    let userID: Int64
    let passwordHash: String
    let tokenEpoch: Int64
  }

  func exists(_ username: Username) async throws(PostgresError) -> Bool {
    try await !database.query(
      "select from app_user where username = \(username.text)"
    ).isEmpty
  }

  func login(of username: Username) async throws(PostgresError) -> Login? {
    let rows = try await database.query(
      """
      select id, password_hash, token_epoch from app_user where username = \(username.text)
      """)
    guard let row = rows.first else { return nil }
    return try Login(
      userID: row.decode(0), passwordHash: row.decode(1), tokenEpoch: row.decode(2))
  }

  /// Adds a user with a ledger to record in.
  ///
  /// - Returns: the user's id.
  /// - Throws: ``UsernameTaken``, however close the race for the name was; `PostgresError`.
  func insert(_ username: Username, passwordHash: String, ledger: LedgerSettings) async throws
    -> Int64
  {
    do {
      return try await database.withTransaction { transaction in
        let ledgers = try await transaction.query(
          """
          insert into ledger (name, currency, time_zone)
          values ('Personal', \(ledger.currency.code), \(ledger.timeZone)) returning id
          """)
        let users = try await transaction.query(
          """
          insert into app_user (username, password_hash, default_ledger_id)
          values (\(username.text), \(passwordHash), \(try ledgers[0].decode(0, as: Int64.self)))
          returning id
          """)
        return try users[0].decode(0)
      }
    } catch let error as PostgresError where error.violates("app_user_username_key") {
      throw UsernameTaken()
    }
  }

  /// Replaces a hash, unless the password was changed in the meantime.
  func replaceHash(of login: Login, with passwordHash: String) async throws(PostgresError) {
    _ = try await database.transaction([
      """
      update app_user set password_hash = \(passwordHash)
      where id = \(login.userID) and password_hash = \(login.passwordHash)
      """
    ])
  }
}
