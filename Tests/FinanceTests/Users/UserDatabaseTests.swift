import FinanceTestSupport
import PostgresClient
import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  struct UserDatabaseTests {
    /// A store whose author did not think of who asks: its statements name no user.
    private struct CarelessStore {
      let database: UserDatabase
      private static let insertion: PostgresQuery = """
        insert into payee (ledger_id, name, name_key, version)
        select id, 'anyone', gen_random_uuid()::text, 1 from ledger
        """
      private static let all: PostgresQuery = "select name from payee"

      /// Each way to call the database; each inserts where it can.
      func callEachWay() async -> [Result<Int, any Error>] {
        [
          await result { try await database.query(Self.insertion).affectedRows },
          await result { try await database.read([Self.all, Self.all])[1].count },
          await result { try await database.transaction([Self.insertion])[0].affectedRows },
          await result {
            try await database.withTransaction { transaction in
              try await transaction.query(Self.insertion)
              return try await transaction.query(Self.all).count
            }
          },
        ]
      }

      private func result(_ call: () async throws -> Int) async -> Result<Int, any Error> {
        do { return .success(try await call()) } catch { return .failure(error) }
      }
    }

    private func expectRefusal(
      _ user: TestUser, _ claims: TokenClaims, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let before = try await count(user)
      let database = UserDatabase(user.tenant.database, claims: claims)
      for result in await CarelessStore(database: database).callEachWay() {
        #expect(throws: InvalidToken.self, sourceLocation: sourceLocation) { try result.get() }
      }
      #expect(try await count(user) == before, sourceLocation: sourceLocation)
    }

    private func count(_ user: TestUser) async throws -> Int {
      try await user.tenant.database.query("select count(*) from payee")[0].decode(0)
    }

    @Test func aStoreThatDoesNotAskWhoAsksServesTheUserOnly() async throws {
      let user = try await TestUser()
      let (id, epoch) = (user.claims.userID, user.claims.epoch)
      let answers = await CarelessStore(database: user.database).callEachWay()
      #expect(try answers.map { try $0.get() } == [1, 1, 1, 3])
      for stranger in [
        TokenClaims(userID: id + 1, epoch: epoch), TokenClaims(userID: id, epoch: epoch + 1),
        TokenClaims(userID: id, epoch: epoch - 1),
      ] {
        try await expectRefusal(user, stranger)
      }
    }

    @Test func whoLoggedOutOrIsGoneIsRefusedFromThenOn() async throws {
      let user = try await TestUser()
      #expect(try await user.database.query("select 1").count == 1)
      _ = try await user.tenant.database.query("update app_user set token_epoch = 1")
      try await expectRefusal(user, user.claims)
      let again = TokenClaims(userID: user.claims.userID, epoch: 1)
      #expect(
        try await UserDatabase(user.tenant.database, claims: again).query("select 1").count == 1)
      _ = try await user.tenant.database.transaction([
        "delete from ledger_member", "delete from app_user",
      ])
      try await expectRefusal(user, again)
    }

    @Test func aTokenThatTheTenantDoesNotAcceptIsNoWayIn() async throws {
      let user = try await TestUser()
      let tokens = user.tenant.tokens
      let token = try await tokens.issueToken(for: user.claims)
      let database = try await UserDatabase(user.tenant.database, token: token, verifier: tokens)
      #expect(database.userID == user.claims.userID)
      await #expect(throws: InvalidToken.self) {
        try await UserDatabase(user.tenant.database, token: token, verifier: TestTokens())
      }
    }
  }
}
