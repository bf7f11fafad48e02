import PostgresClient
import Tenancy

/// One user's way to the data of their tenant.
///
/// It can only be made of a token that was verified, and each batch that it runs begins with a guard:
/// the token's user exists and is at the token's epoch. So a store that is handed one need not ask
/// who asks, and cannot be called for a stranger.
///
/// Where the guard does not hold, nothing else runs, and every call throws `InvalidToken`.
package struct UserDatabase: Sendable {
  /// The user's id.
  package let userID: Int64
  private let isLive: PostgresQuery
  /// In the tenant's scope, without a guard.
  private let tenantDatabase: PostgresDatabase
  private let database: PostgresDatabase

  /// The way of whoever has the token.
  ///
  /// - Parameter database: in the tenant's scope.
  /// - Throws: `InvalidToken` if the token is none that the tenant accepts.
  package init(
    _ database: PostgresDatabase, token: String, verifier: any TokenVerifier
  ) async throws(InvalidToken) {
    self.init(database, claims: try await verifier.verify(token))
  }

  /// The way of a user who has just logged in.
  init(_ database: PostgresDatabase, claims: TokenClaims) {
    userID = claims.userID
    isLive = "select from app_user where id = \(claims.userID) and token_epoch = \(claims.epoch)"
    tenantDatabase = database
    self.database = database.guarded(by: PostgresGuard(requiring: [isLive]))
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
    error.code == .guardRefused ? InvalidToken() : error
  }
}
