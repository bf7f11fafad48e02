import PostgresClient
import RegistryTestSupport
import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// A dedicated tenant's login that begins a transaction, reads its own row, and leaves it at that.
  @Suite(.timeLimit(.minutes(2))) struct OpenTransactionTests {
    private func withOwn(
      _ body: @Sendable (RegistryFixture, PostgresDatabase) async throws -> Void
    ) async throws {
      try await withRegistry { fixture in
        let acme = try await fixture.register("acme", isolation: .dedicated)
        try await body(fixture, fixture.client.database(fixture.tenantLogin(acme)))
      }
    }

    private func sessions(_ fixture: RegistryFixture, idleLimit: Duration) -> TenantSessionStore {
      TenantSessionStore(database: fixture.owner, limit: .seconds(3600), idleLimit: idleLimit)
    }

    @Test func isEndedWhateverTheLoginHasSetItsLimitsTo() async throws {
      try await withOwn { fixture, own in
        for statement in [
          "alter role current_user set idle_in_transaction_session_timeout = 0",
          "alter role current_user set statement_timeout = 0",
        ] {
          _ = try await own.query(.init(unsafeSQL: statement))
        }
        let state = try await sqlState {
          try await own.withTransaction { transaction in
            try await transaction.query("select from registry.own_tenant")
            #expect(try await sessions(fixture, idleLimit: .seconds(3600)).endOverdue().ended == [])
            #expect(
              try await sessions(fixture, idleLimit: .zero).endOverdue().ended == ["terrace_t_acme"]
            )
            try await transaction.query("select from registry.own_tenant")
          }
        }
        #expect(["57P01", "connectionLost"].contains(state), "\(state ?? "it goes on")")
      }
    }

    /// The release before knows nothing of `registry.hold_lease`, and goes on issuing credentials
    /// until it is replaced.
    @Test func aLoginThatTheReleaseBeforeMadeGetsWhatItLacks() async throws {
      try await withOwn { fixture, own in
        _ = try await fixture.owner.query(
          "revoke execute on function registry.hold_lease(uuid) from terrace_t_acme")
        let hold: PostgresQuery = "select registry.hold_lease(gen_random_uuid())"
        #expect(try await sqlState { try await own.query(hold) } == "42501")
        #expect(try await sessions(fixture, idleLimit: .seconds(3600)).endOverdue().unseen == [])
        #expect(try await own.query(hold).count == 1)
      }
    }

    @Test func isEndedWhileItRunsAStatement() async throws {
      try await withOwn { fixture, own in
        try await withThrowingTaskGroup(of: String?.self) { group in
          group.addTask {
            while true {
              let state = try await sqlState { try await own.query("select pg_sleep(60)") }
              // Its own time limit, on a slow machine.
              if state != "57014" { return state }
            }
          }
          group.addTask {
            let sessions = TenantSessionStore(
              database: fixture.owner, limit: .zero, idleLimit: .seconds(3600))
            while true {
              // Again and again: the first may be a session that has just begun.
              try await Task.sleep(for: .milliseconds(500))
              let ended = try await sessions.endOverdue().ended
              #expect(Set(ended).isSubset(of: ["terrace_t_acme"]))
            }
          }
          defer { group.cancelAll() }
          let state = try await group.next() ?? nil
          #expect(["57P01", "connectionLost"].contains(state), "\(state ?? "it went on")")
        }
      }
    }

    /// Sessions of everybody else are their own business, such as an operator's.
    @Test func thoseOfOthersAreLeftAlone() async throws {
      try await withOwn { fixture, _ in
        for login in [fixture.readerLogin, try fixture.cellLogin(), fixture.superuserLogin] {
          try await fixture.client.database(login).withTransaction { transaction in
            try await transaction.query("select 1")
            #expect(
              try await TenantSessionStore(database: fixture.owner, limit: .zero, idleLimit: .zero)
                .endOverdue().ended == [])
            try await transaction.query("select 1")
          }
        }
      }
    }

    private func migrator(_ fixture: RegistryFixture, patience: Duration) -> RegistryMigrator {
      let all = RegistryMigrations.all
      let next = Migration(
        number: all.count + 1, name: "next",
        statements: ["alter table registry.tenants add column spare integer"])
      return RegistryMigrator(
        database: fixture.owner, migrations: all + [next],
        tenantMigrations: RegistryFixture.migrations, patience: patience)
    }

    private func withReader(
      _ fixture: RegistryFixture, _ body: (PostgresTransaction) async throws -> Void
    ) async throws {
      try await fixture.reader.withTransaction { transaction in
        try await transaction.query("select from registry.tenants")
        try await body(transaction)
      }
    }

    /// Whoever reads a table waits behind who waits to change it. What is no tenant's is not ended.
    @Test func aMigrationThatWaitsForItHoldsUpNoReader() async throws {
      try await withOwn { fixture, _ in
        try await withThrowingTaskGroup(of: [Int].self) { group in
          try await withReader(fixture) { transaction in
            group.addTask { try await migrator(fixture, patience: .seconds(60)).migrate() }
            for _ in 0..<3 {
              try await eventually("the migration waits") {
                try await !fixture.superuser.query(
                  "select from pg_locks where not granted and mode = 'AccessExclusiveLock'"
                ).isEmpty
              }
              // Not after the statement's timeout of ten seconds.
              _ = try await fixture.reader.query("select from registry.tenants")
            }
            try await transaction.query("select from registry.tenants")
          }
          #expect(try await group.next() == [RegistryMigrations.all.count + 1])
        }
      }
    }

    @Test func aMigrationThatNeverGetsItsTablesSaysWhatToDo() async throws {
      try await withOwn { fixture, _ in
        try await withReader(fixture) { _ in
          await #expect(throws: MigrationError.tablesInUse) {
            try await migrator(fixture, patience: .zero).migrate()
          }
        }
        #expect(try await migrator(fixture, patience: .zero).migrate().count == 1)
      }
    }

    /// Short ones, one after the other: at any time there is one.
    @Test func ofATenantsLoginNeverKeepAMigrationWaiting() async throws {
      try await withOwn { fixture, own in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<3 {
            group.addTask {
              while !Task.isCancelled {
                try? await own.withTransaction { transaction in
                  try await transaction.query("select from registry.own_tenant")
                  try await transaction.query("select pg_sleep(\(3 + number))")
                }
              }
            }
          }
          try await eventually("all have begun") {
            try await fixture.superuser.query(
              "select from pg_stat_activity where usename = 'terrace_t_acme' and query like '%sleep%'"
            ).count >= 3
          }
          #expect(try await migrator(fixture, patience: .zero).migrate().count == 1)
          group.cancelAll()
        }
      }
    }
  }
}
