import Foundation
import PostgresClient
import RegistryTestSupport
import Synchronization
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Stored operations, with processes that run them: each with a client of its own.
  @Suite struct OperationRunnerTests {
    /// Counts its runs, and does what the test says in each.
    private final class Handler: OperationHandler {
      let kind = AdminOperation.Kind(rawValue: "test")
      private let count = Mutex(0)
      private let body: @Sendable (Int) async throws -> OperationOutcome

      init(_ body: @escaping @Sendable (Int) async throws -> OperationOutcome) {
        self.body = body
      }

      var runs: Int { count.withLock(\.self) }

      func run(
        _ operation: AdminOperation,
        report: @escaping @Sendable (AdminOperation.Progress) async throws -> Void
      ) async throws -> OperationOutcome {
        let number = count.withLock { count in
          count += 1
          return count
        }
        try await report(.init(done: number, total: 7, unit: "steps"))
        return try await body(number)
      }
    }

    private struct Arguments: Codable {
      var target = "here"
    }

    private static let pace = {
      var pace = OperationRunner.Pace()
      pace.interval = .milliseconds(20)
      pace.heartbeat = .milliseconds(50)
      pace.patience = .milliseconds(400)
      return pace
    }()

    /// Runs `body` beside a process that runs operations, which ends before this returns.
    private func withProcess<R: Sendable>(
      _ fixture: RegistryFixture, _ handlers: any OperationHandler...,
      during body: @Sendable (PostgresClient) async throws -> R
    ) async throws -> R {
      let client = RegistryFixture.makeClient()
      defer { client.close() }
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        let runner = OperationRunner(
          owner: client.database(fixture.ownerLogin), handlers: handlers, pace: Self.pace,
          logger: RegistryFixture.logger)
        group.addTask { try await runner.run() }
        defer { group.cancelAll() }
        return try await body(client)
      }
    }

    private func add(_ fixture: RegistryFixture, _ target: String = "here") async throws -> UUID {
      try await OperationStore(database: fixture.owner).add(
        AdminOperation.Kind(rawValue: "test"), arguments: Arguments(target: target), actor: "anna"
      ).operation.id
    }

    private func operation(_ fixture: RegistryFixture, _ id: UUID) async throws -> AdminOperation {
      try await TenantOperations(owner: fixture.owner).operation(id).0
    }

    private func wait(
      _ fixture: RegistryFixture, _ id: UUID, for state: AdminOperation.State
    ) async throws {
      try await eventually("the operation is \(state)") {
        try await operation(fixture, id).state == state
      }
    }

    @Test func ofTwoProcessesOneRunsAnOperation() async throws {
      try await withRegistry { fixture in
        let handler = Handler { _ in
          try await Task.sleep(for: .milliseconds(200))
          return .succeeded
        }
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await withProcess(fixture, handler) { _ in
            try await wait(fixture, id, for: .succeeded)
          }
        }
        #expect(handler.runs == 1)
        let done = try await operation(fixture, id)
        #expect(done.actor == "anna")
        #expect(done.progress == .init(done: 1, total: 7, unit: "steps"))
        #expect(done.startedAt != nil && done.finishedAt != nil)
      }
    }

    @Test func anotherProcessGoesOnWhenTheFirstIsCutOff() async throws {
      try await withRegistry { fixture in
        let first = Handler { _ in
          try await Task.sleep(for: .seconds(3600))
          return .succeeded
        }
        let second = Handler { _ in .succeeded }
        let id = try await add(fixture)
        try await withProcess(fixture, first) { client in
          try await wait(fixture, id, for: .running)
          // The process lives on, and can say nothing any more.
          client.close()
          try await withProcess(fixture, second) { _ in
            try await wait(fixture, id, for: .succeeded)
          }
        }
        #expect(first.runs == 1)
        #expect(second.runs == 1)
      }
    }

    @Test func whatDiesWithItsProcessIsRunAgain() async throws {
      try await withRegistry { fixture in
        let handler = Handler { number in
          if number == 1 { try await Task.sleep(for: .seconds(3600)) }
          return .succeeded
        }
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .running)
        }
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .succeeded)
        }
        #expect(handler.runs == 2)
      }
    }

    @Test func aRunningOperationIsCancelledAndCanBeRetried() async throws {
      try await withRegistry { fixture in
        let handler = Handler { number in
          if number == 1 { try await Task.sleep(for: .seconds(3600)) }
          return .succeeded
        }
        let operations = TenantOperations(owner: fixture.owner)
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .running)
          // Its process may have heard of it by now.
          let asked = try await operations.cancel(id, actor: "berta").state
          #expect(asked == .running || asked == .cancelled)
          try await wait(fixture, id, for: .cancelled)
          // It may be under way by now.
          #expect(try await operations.retry(id, actor: "berta").state != .cancelled)
          try await wait(fixture, id, for: .succeeded)
        }
        #expect(handler.runs == 2)
        let log: [String] = try await fixture.owner.query(
          "select actor || ' ' || action from registry.audit_log order by id"
        ).map { try $0.decode(0) }
        #expect(log == ["berta operation.cancel", "berta operation.retry"])
      }
    }

    @Test func whatNobodyRunsIsCancelledAtOnce() async throws {
      try await withRegistry { fixture in
        let id = try await add(fixture)
        let operations = TenantOperations(owner: fixture.owner)
        #expect(try await operations.cancel(id, actor: "berta").state == .cancelled)
        await #expect(throws: (any Error).self) { try await operations.cancel(id, actor: "berta") }
      }
    }

    @Test func aFailureSaysWhyAndCanBeRetried() async throws {
      try await withRegistry { fixture in
        let handler = Handler { number in
          number == 1 ? .failed("no room") : .succeeded
        }
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .failed)
          #expect(try await operation(fixture, id).error == "no room")
          let again = try await TenantOperations(owner: fixture.owner).retry(id, actor: "berta")
          #expect(again.error == nil)
          try await wait(fixture, id, for: .succeeded)
        }
      }
    }

    @Test func whatWaitsIsLookedAtAgain() async throws {
      try await withRegistry { fixture in
        let handler = Handler { number in
          number < 3 ? .waiting(for: "rain", .milliseconds(10)) : .succeeded
        }
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .succeeded)
        }
        #expect(handler.runs == 3)
      }
    }

    /// One of a kind for a tenant is under way at a time, and follows what was asked for last.
    @Test func newArgumentsHaveItRunAgain() async throws {
      try await withRegistry { fixture in
        let isReleased = Mutex(false)
        let handler = Handler { number in
          while number == 1, !isReleased.withLock(\.self) {
            try await Task.sleep(for: .milliseconds(5))
          }
          return .succeeded
        }
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .running)
          #expect(try await add(fixture, "there") == id)
          isReleased.withLock { $0 = true }
          try await wait(fixture, id, for: .succeeded)
        }
        #expect(handler.runs == 2)
      }
    }

    @Test func aKindThatThisBuildDoesNotKnowIsLeftToOthers() async throws {
      try await withRegistry { fixture in
        _ = try await OperationStore(database: fixture.owner).add(
          AdminOperation.Kind(rawValue: "tenant.frobnicate"), arguments: Arguments(), actor: "anna")
        let handler = Handler { _ in .succeeded }
        let id = try await add(fixture)
        try await withProcess(fixture, handler) { _ in
          try await wait(fixture, id, for: .succeeded)
        }
        let page = try await TenantOperations(owner: fixture.owner).operations(.init())
        #expect(page.operations.map(\.state) == [.succeeded, .queued])
      }
    }

    @Test func theFleetIsMigratedAndFailuresAreNamed() async throws {
      try await withRegistry { fixture in
        for slug in ["acme", "globex", "initech"] { try await fixture.register(slug) }
        // In the way of the next migration.
        _ = try await fixture.superuser.query(
          .init(unsafeSQL: "create table t_globex.later (id bigint)"))
        let later = Migration(
          number: 2, name: "later", statements: ["create table later (id bigint)"])
        try await RegistryMigrator(
          database: fixture.owner, tenantMigrations: RegistryFixture.migrations + [later]
        ).migrate()
        let fleet = FleetMigration(
          registry: fixture.owner,
          migrator: TenantMigrator(
            owner: fixture.owner, migrations: RegistryFixture.migrations + [later],
            logger: RegistryFixture.logger))
        let operations = TenantOperations(owner: fixture.owner)
        try await withProcess(fixture, fleet) { _ in
          let asked = try await operations.migrateFleet(actor: "anna")
          try await wait(fixture, asked.id, for: .failed)
          let (failed, failures) = try await operations.operation(asked.id)
          #expect(failed.progress == .init(done: 3, total: 3, unit: "tenants"))
          #expect(failed.error == "1 of 3 tenants could not be migrated")
          #expect(failures.map(\.tenant) == ["globex"])
          #expect(failures.first?.error.contains("42P07") == true)
          _ = try await fixture.superuser.query(.init(unsafeSQL: "drop table t_globex.later"))
          _ = try await operations.retry(asked.id, actor: "anna")
          try await wait(fixture, asked.id, for: .succeeded)
          #expect(try await operations.operation(asked.id).1 == [])
        }
        let versions: [Int] = try await fixture.owner.query(
          "select schema_version from registry.tenants"
        ).map { try $0.decode(0) }
        #expect(versions == [2, 2, 2])
      }
    }
  }
}
