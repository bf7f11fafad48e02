import Tenancy
import Testing

@testable import Finance

extension DatabaseTests {
  struct LedgerSnapshotTests {
    @Test func whatIsReadInASnapshotAgreesWhoeverWritesMeanwhile() async throws {
      let user = try await TestUser()
      try await user.record(cents: 100)
      let balances = try await user.ledgerDatabase.snapshot { ledger in
        let before = try await AccountStore(ledger).list(at: nil).map(\.balance)
        try await user.record(cents: 50)
        return [before, try await AccountStore(ledger).list(at: nil).map(\.balance)]
      }
      #expect(balances == [[100], [100]])
      let after = try await AccountStore(user.ledgerDatabase).list(at: nil).map(\.balance)
      #expect(after == [150])
    }

    @Test func aSnapshotIsForWhoeverMaySeeTheLedger() async throws {
      let user = try await TestUser()
      let stranger = UserDatabase(
        user.tenant.database,
        claims: TokenClaims(userID: user.claims.userID + 1, epoch: user.claims.epoch))
      let ledger = stranger.ledger(1, as: .viewer, TestUser.environment { user.clock.now })
      await #expect(throws: InvalidToken.self) {
        try await ledger.snapshot { try await AccountStore($0).list(at: nil) }
      }
      let absent = user.database.ledger(2, as: .viewer, TestUser.environment { user.clock.now })
      await #expect(throws: LedgerNotFound.self) {
        try await absent.snapshot { try await AccountStore($0).list(at: nil) }
      }
    }
  }
}
