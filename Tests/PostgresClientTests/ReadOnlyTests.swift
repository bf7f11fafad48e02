import Foundation
import TestSupport
import Testing

@testable import PostgresClient

/// Servers and sessions that take no writes for a while.
struct ReadOnlyTests {
  private func write(_ database: PostgresDatabase) async throws {
    _ = try await database.transaction([
      "insert into item (name) values ('x')", "delete from item where name = 'x'",
    ])
  }

  private func isRefused(_ database: PostgresDatabase) async throws -> Bool {
    do throws(PostgresError) {
      _ = try await database.transaction(["delete from item where name = 'x'"])
      return false
    } catch {
      guard error.sqlState == "25006" else { throw error }
      return true
    }
  }

  /// Writes until one is taken, for at most ten seconds, which a connection outlives.
  private func writesAreTaken(_ database: PostgresDatabase) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      if try await !isRefused(database) { return true }
      #expect(try await database.query("select name from item").count == 1)
    }
    return false
  }

  @Test func sessionsThatBeganReadOnlyAreReplacedOnceTheDatabaseTakesWrites() async throws {
    try await TwoScopes.run { fixture in
      let superuser = fixture.client.database(fixture.superuser)
      let tenant = fixture.database("t_a")
      _ = try await superuser.query(
        "alter database postgres set default_transaction_read_only = on")
      #expect(try await isRefused(tenant))
      #expect(try await tenant.query("select name from item").count == 1)
      _ = try await superuser.query("alter database postgres reset default_transaction_read_only")
      #expect(try await writesAreTaken(tenant))
    }
  }

  @Test func aServerThatTurnsReadOnlyAndBackTakesWritesAgain() async throws {
    try await TwoScopes.run { fixture in
      let superuser = fixture.client.database(fixture.superuser)
      let tenant = fixture.database("t_a")
      try await write(tenant)
      for value in ["on", "off"] {
        _ = try await superuser.query(
          .init(unsafeSQL: "alter system set default_transaction_read_only = \(value)"))
        _ = try await superuser.query("select pg_reload_conf()")
        if value == "on" {
          try await eventually("writes are refused") { try await isRefused(tenant) }
          #expect(try await tenant.query("select name from item").count == 1)
        }
      }
      #expect(try await writesAreTaken(tenant))
    }
  }

  @Test func aStandbyServesReadsAndTakesWritesOnceItIsPromoted() async throws {
    try await TwoScopes.run(configuration: .with { $0.queueTimeout = .seconds(30) }) { fixture in
      let tenant = fixture.database("t_a")
      await fixture.server.stop()
      let mark = fixture.server.socketDirectory + "/data/standby.signal"
      #expect(FileManager.default.createFile(atPath: mark, contents: nil))
      try await fixture.server.restart()
      #expect(try await tenant.query("select name from item").count == 1)
      #expect(try await isRefused(tenant))
      #expect(try await tenant.query("select name from item").count == 1)
      _ = try await fixture.client.database(fixture.superuser).query("select pg_promote()")
      #expect(try await writesAreTaken(tenant))
    }
  }

  /// Writes that are refused must not have the pool do nothing but connect.
  @Test func aServerThatStaysReadOnlyIsNotConnectedToWithEveryRefusedWrite() async throws {
    try await TwoScopes.run { fixture in
      let tenant = fixture.database("t_a")
      _ = try await fixture.client.database(fixture.superuser).query(
        "alter database postgres set default_transaction_read_only = on")
      var processes: Set<Int> = []
      for _ in 0..<300 {
        #expect(try await isRefused(tenant))
        processes.insert(try await tenant.query("select pg_backend_pid()")[0].decode(0))
      }
      // Doubling from 50 ms, ten replacements are a quarter of a minute.
      #expect(processes.count <= 10)
    }
  }
}
