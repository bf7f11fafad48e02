import PostgresClient
import Tenancy

/// One user's way to the data of their tenant.
///
/// It can only be made of a token that was verified, and each batch that it runs begins with a guard:
/// the token's user exists, is active and at the token's epoch, and the session or the personal token
/// is there. So a store that is handed one need not ask who asks, and cannot be called for a stranger.
///
/// Where the guard does not hold, nothing else runs, and every call throws `InvalidToken`.
package struct UserDatabase: Sendable {
  /// The user's id.
  package let userID: Int64
  /// The session that the token is good for, if it is.
  package let session: Int64?
  /// What the token may be used for, if it is a personal one.
  package let personalTokenScope: PersonalToken.Scope?
  let personalTokenHash: [UInt8]?
  /// Finds a row while the token is good.
  let isLive: PostgresQuery
  /// In the tenant's scope, without a guard.
  private let tenantDatabase: PostgresDatabase
  private let database: PostgresDatabase

  /// The way of whoever has the token, which is an access token or a personal one.
  ///
  /// - Parameter database: in the tenant's scope.
  /// - Throws: `InvalidToken` if the token is none that the tenant accepts.
  package init(
    _ database: PostgresDatabase, token: String, verifier: any TokenVerifier
  ) async throws(InvalidToken) {
    if let personal = PersonalTokenText(token) {
      self.init(database, personal)
    } else {
      self.init(database, claims: try await verifier.verify(token))
    }
  }

  /// The way of a user who has just logged in.
  init(_ database: PostgresDatabase, claims: TokenClaims) {
    let isLive: PostgresQuery =
      if let session = claims.session {
        """
        select from app_user u join user_session s on s.user_id = u.id and s.epoch = u.token_epoch
        where u.id = \(claims.userID) and s.id = \(session) and u.deactivated_at is null
        """
      } else {
        """
        select from app_user
        where id = \(claims.userID) and token_epoch = \(claims.epoch) and deactivated_at is null
        """
      }
    self.init(database, userID: claims.userID, session: claims.session, requiring: isLive)
  }

  /// The way of whoever signed in with a browser.
  ///
  /// - Parameter database: in the tenant's scope.
  package init(_ database: PostgresDatabase, _ session: BrowserSession) {
    self.init(
      database, userID: session.user, session: session.id,
      requiring: """
        select from app_user u join user_session s on s.user_id = u.id and s.epoch = u.token_epoch
        where u.id = \(session.user) and s.id = \(session.id)
          and s.family_hash = \(session.secret.hash) and s.expires_at > now()
          and u.deactivated_at is null
        """)
  }

  private init(_ database: PostgresDatabase, _ token: PersonalTokenText) {
    self.init(
      database, userID: token.userID, personalToken: token,
      requiring: """
        select from app_user u join personal_token t on t.user_id = u.id
        where u.id = \(token.userID) and t.token_hash = \(token.hash)
          and u.deactivated_at is null and (t.expires_at is null or t.expires_at > now())
        """)
  }

  private init(
    _ database: PostgresDatabase, userID: Int64, session: Int64? = nil,
    personalToken: PersonalTokenText? = nil, requiring isLive: PostgresQuery
  ) {
    self.userID = userID
    self.session = session
    personalTokenScope = personalToken?.scope
    personalTokenHash = personalToken?.hash
    self.isLive = isLive
    tenantDatabase = database
    self.database = database.guarded(by: PostgresGuard(requiring: [isLive]))
  }

  /// The same user's way, if a further condition holds.
  private init(_ user: UserDatabase, and condition: PostgresQuery) {
    userID = user.userID
    session = user.session
    personalTokenScope = user.personalTokenScope
    personalTokenHash = user.personalTokenHash
    isLive = user.isLive
    tenantDatabase = user.tenantDatabase
    database = tenantDatabase.guarded(by: PostgresGuard(requiring: [isLive, condition]))
  }

  /// The same way, of an owner of the tenant: every call of another user's throws
  /// ``AccessError/notOwner``.
  var asOwner: UserDatabase {
    UserDatabase(
      self, and: "select from app_user where id = \(userID) and role = 'owner'")
  }

  /// The user's way to a ledger, if they have the role in it.
  package func ledger(
    _ id: Int64, as role: LedgerRole, _ environment: FinanceEnvironment
  ) -> LedgerDatabase {
    let conditions = LedgerDatabase.conditions(ledgerID: id, userID: userID, role: role)
    return LedgerDatabase(
      ledgerID: id, userID: userID, role: role,
      tenantDatabase.guarded(by: PostgresGuard(requiring: [isLive] + conditions)),
      now: environment.now)
  }

  /// Runs one statement as a transaction of its own, in one round trip with the guard.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func query(_ query: PostgresQuery) async throws -> PostgresRows {
    do {
      return try await database.query(query)
    } catch {
      throw Self.understand(error)
    }
  }

  /// Runs several reads in one round trip with the guard.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func read(_ queries: [PostgresQuery]) async throws -> [PostgresRows] {
    do {
      return try await database.read(queries)
    } catch {
      throw Self.understand(error)
    }
  }

  /// Runs the statements between BEGIN and COMMIT, in one round trip with the guard: all take effect
  /// or none.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`.
  package func transaction(_ queries: [PostgresQuery]) async throws -> [PostgresRows] {
    do {
      return try await database.transaction(queries)
    } catch {
      throw Self.understand(error)
    }
  }

  /// Runs `body` inside a transaction that commits when it returns and rolls back when it throws. The
  /// guard travels with the first statement.
  ///
  /// - Throws: `InvalidToken`, `PostgresError`, and what `body` throws.
  package func withTransaction<R: Sendable>(
    _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    do {
      return try await database.withTransaction(body)
    } catch let error as PostgresError {
      throw Self.understand(error)
    }
  }

  private static func understand(_ error: PostgresError) -> any Error {
    guard error.code == .guardRefused else { return error }
    return error.failedCondition == 1 ? AccessError.notOwner : InvalidToken()
  }
}
