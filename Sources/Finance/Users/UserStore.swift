import PostgresClient

/// The users of one tenant.
///
/// `username` is what a user may always type: the canonical form of the name, or, of a user of the
/// first release, the name as it was registered. `username_canonical` is NULL where a build of the
/// first release registered the user and until somebody looks: it is for ``Username`` to tell.
struct UserStore: Sendable {
  let database: PostgresDatabase

  /// What a login is checked against.
  struct Login: Sendable {
    let userID: Int64
    let passwordHash: String
    let tokenEpoch: Int64
    /// Nil if the password is enough.
    let secondFactor: SecondFactor?
  }

  /// Whether a user has the name, in any spelling.
  func exists(_ username: Username) async throws -> Bool {
    let query: PostgresQuery = """
      select from app_user
      where username = \(username.typed) or username_canonical = \(username.canonical)
      """
    while true {
      let results = try await database.read(query, Self.unnamed)
      guard results[0].isEmpty, !results[1].isEmpty else { return !results[0].isEmpty }
      try await name(results[1])
    }
  }

  /// The active user who has exactly the name that was typed, or else the only one who has it in
  /// another spelling.
  func login(of username: Username) async throws -> Login? {
    let query: PostgresQuery = """
      select id, password_hash, token_epoch, username = \(username.typed),
        \(sql: SecondFactor.columns)
      from app_user u
      where (username = \(username.typed) or username_canonical = \(username.canonical))
        and deactivated_at is null
      """
    while true {
      let results = try await database.read(query, Self.unnamed)
      // Who is found is let in even where nothing can be written just now.
      if !results[1].isEmpty, (try? await name(results[1])) != nil { continue }
      let found = results[0]
      let exact = try found.first { try $0.decode(3) }
      guard let row = exact ?? (found.count == 1 ? found.first : nil) else { return nil }
      return try Login(
        userID: row.decode(0), passwordHash: row.decode(1), tokenEpoch: row.decode(2),
        secondFactor: SecondFactor(row, from: 4))
    }
  }

  /// An active user by id, and the name that they sign in with; nil if there is none.
  func login(of id: Int64) async throws -> (username: Username, login: Login)? {
    let rows = try await database.query(
      """
      select username, password_hash, token_epoch, \(sql: SecondFactor.columns)
      from app_user u where id = \(id) and deactivated_at is null
      """)
    guard let row = rows.first else { return nil }
    return (
      try Username(try row.decode(0)),
      try Login(
        userID: id, passwordHash: row.decode(1), tokenEpoch: row.decode(2),
        secondFactor: SecondFactor(row, from: 3))
    )
  }

  /// Some of the users whose canonical names are to be found out.
  private static let unnamed: PostgresQuery = """
    select id, username from app_user where username_canonical is null order by id limit 100
    """

  /// Writes down the canonical names of ``unnamed`` users.
  private func name(_ users: PostgresRows) async throws {
    _ = try await database.transaction(
      try users.map { user in
        let canonical = Username.canonical(try user.decode(1))
        return """
          update app_user set username_canonical = \(canonical)
          where id = \(try user.decode(0, as: Int64.self)) and username_canonical is null
          """
      })
  }

  /// Adds a user with a ledger to record in.
  ///
  /// - Parameter invitation: is taken, and says what the user may do.
  /// - Returns: the user's id.
  /// - Throws: ``UsernameTaken``, however close the race for the name was; ``AccessError/invalidLink``,
  ///   if somebody else took the invitation; `PostgresError`.
  func insert(
    _ username: Username, passwordHash: String, ledger: LedgerSettings,
    invitation: LinkToken? = nil
  ) async throws -> Int64 {
    do {
      return try await database.withTransaction { transaction in
        let invitee = try await invitation?.takeInvitation(in: transaction)
        let ledgerID = try await LedgerCreation.create(
          LedgerCreation.firstName, ledger, in: transaction)
        let users = try await transaction.query(
          """
          insert into app_user (
            username, username_canonical, password_hash, default_ledger_id, role)
          values (\(username.canonical), \(username.canonical), \(passwordHash), \(ledgerID),
            \(invitee?.role ?? .member))
          returning id
          """)
        let userID: Int64 = try users[0].decode(0)
        try await transaction.query(
          [LedgerCreation.addMember(userID, .owner, to: ledgerID)]
            + (invitee?.ledger.map { [LedgerCreation.addMember(userID, $0.role, to: $0.id)] } ?? [])
        )
        return userID
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

extension UserStore {
  /// The user as other people see them; nil if there is none.
  func profile(of user: Int64) async throws -> UserProfile? {
    try await database.query(
      "select \(sql: UserProfile.columns) from app_user u where u.id = \(user)"
    ).first.map { try UserProfile($0) }
  }

  /// Makes the user one who looks after the tenant, in place of whoever an admin has invited for it.
  func makeOwner(_ user: Int64) async throws(PostgresError) {
    _ = try await database.transaction([
      """
      update app_user set role = 'owner', version = version + 1
      where id = \(user) and role <> 'owner'
      """,
      "delete from one_time_link where purpose = 'invitation' and created_by is null",
    ])
  }

  /// The statements that end all access of a user that was given before, but for one session and for
  /// personal tokens.
  static func endAccess(of user: Int64, but session: Int64?) -> [PostgresQuery] {
    [
      "update app_user set token_epoch = token_epoch + 1 where id = \(user)",
      """
      delete from user_session
      where user_id = \(user) and id is distinct from \(session)::bigint
      """,
      """
      update user_session s set epoch = u.token_epoch
      from app_user u where u.id = s.user_id and s.user_id = \(user)
      """,
    ]
  }
}

/// The tenant has a user of this name.
package struct UsernameTaken: Error {}
