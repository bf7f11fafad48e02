import Foundation
import PostgresClient
import RegistryTestSupport
import ServiceLifecycle
import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Whoever may connect to the database may NOTIFY any channel.
  @Suite struct NotificationFloodTests {
    @Test func aGatewayThatIsFloodedAsksInsteadAndKeepsItsLease() async throws {
      try await withRegistry { fixture in
        let directory = fixture.directory()
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try? await directory.run() }
          func session() async throws -> Int? {
            try await fixture.superuser.query(
              "select pid from pg_locks where locktype = 'advisory'"
            ).first?.decode(0)
          }
          try await eventually("it has a session") { try await session() != nil }
          let first = try await session()
          _ = try await fixture.superuser.query(
            """
            select count(pg_notify('terrace_registry', g::text))
            from generate_series(1, 100000) g
            """)
          try await eventually("it has opened another session") {
            let now = try await session()
            return now != nil && now != first
          }
          let second = try await session()
          // More of the same does not reach it.
          _ = try await fixture.superuser.query(
            """
            select count(pg_notify('terrace_registry', g::text))
            from generate_series(1, 100000) g
            """)
          try await fixture.register("acme")
          try await eventually("it follows the registry") {
            directory.tenant(slug: "acme") != nil
          }
          #expect(try await session() == second)
          let leases = try await fixture.owner.query(
            "select from registry.live_leases where gateway = 'gateway'")
          #expect(leases.count == 1)
          group.cancelAll()
        }
      }
    }

    /// Postgres refuses a NOTIFY, and with it the transaction, once the queue is full. It holds
    /// gigabytes by default, so that one that is nearly full is made up here.
    @Test func nothingIsNotifiedWhileTheQueueIsHalfFull() async throws {
      try await withRegistry { fixture in
        for usage in ["0.49", "0.5"] {
          _ = try await fixture.superuser.transaction([
            "set local allow_system_table_mods = on",
            .init(
              unsafeSQL: """
                create or replace function pg_catalog.pg_notification_queue_usage()
                returns double precision language sql volatile as 'select \(usage)::float8'
                """),
          ])
          let isHeard = usage == "0.49"
          let heard = try await fixture.client.withListener(
            fixture.readerLogin, channel: RegistryChannel.name
          ) { listener in
            try await fixture.register("queue-\(usage.dropFirst(2))")
            _ = try await fixture.superuser.query("select pg_notify('terrace_registry', 'end')")
            var heard: [String] = []
            for try await notification in listener.notifications {
              if notification.payload == "end" { break }
              heard.append(notification.payload)
            }
            return heard
          }
          #expect(heard.isEmpty != isHeard, "\(usage): \(heard)")
        }
      }
    }

    /// With a queue as small as a server allows, since PostgreSQL 17.
    @Test func aFullQueueFailsNoRegistration() async throws {
      try await withRegistry { fixture in
        let version: Int = try await fixture.superuser.query(
          "select current_setting('server_version_num')::integer")[0].decode(0)
        guard version >= 170_000 else { return }
        try await fill(fixture) {
          try await fixture.register("acme")
        }
      }
    }

    private func fill(
      _ fixture: RegistryFixture, _ body: @Sendable () async throws -> some Any
    ) async throws {
      _ = try await fixture.superuser.query("alter system set max_notify_queue_pages = 64")
      try await fixture.server.restart()
      try await eventually("the server is back") {
        try await sqlState { try await fixture.superuser.query("select 1") } == nil
      }
      let acme = try await fixture.register("initech", isolation: .dedicated)
      let own = fixture.client.database(fixture.tenantLogin(acme))
      try await own.withTransaction { transaction in
        // From its commit on, the session is one that every notification waits for.
        for statement in ["listen x", "commit", "begin", "select 1"] {
          try await transaction.query(.init(unsafeSQL: statement))
        }
        var isFull = false
        while !isFull {
          isFull =
            try await sqlState {
              try await fixture.superuser.query(
                "select pg_notify('x', repeat('x', 7000) || g) from generate_series(1, 5) g")
            } != nil
        }
        _ = try await body()
      }
      _ = try await fixture.superuser.query("alter system reset max_notify_queue_pages")
      try await fixture.server.restart()
    }
  }
}
