import Foundation
import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// What `terrace_reader`, whose password every shared gateway holds, cannot do.
  @Suite struct ReaderTests {
    @Test func readsTheRegistryAndWritesNoneOfIt() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let tables: [String] = try await fixture.superuser.query(
          "select tablename from pg_tables where schemaname = 'registry'"
        ).map { try $0.decode(0) }
        #expect(tables.count == 17)
        for table in tables {
          for statement in [
            "insert into registry.\(table) default values",
            "delete from registry.\(table)", "truncate registry.\(table)",
            "drop table registry.\(table)", "alter table registry.\(table) disable trigger all",
          ] {
            let state = try await sqlState {
              try await fixture.reader.query(.init(unsafeSQL: statement))
            }
            #expect(state == "42501", "\(statement)")
          }
          let state = try await sqlState {
            try await fixture.reader.query(.init(unsafeSQL: "select * from registry.\(table)"))
          }
          let hidden = [
            "leases", "audit_log", "credentials", "upstream_reports", "shared_privileges",
            "operations", "operation_failures",
          ]
          #expect(state == (hidden.contains(table) ? "42501" : nil), "\(table)")
        }
      }
    }

    @Test func reachesNoTenantAndMakesNothing() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        for statement in [
          "select * from t_acme.item", "set role t_acme", "set role terrace_owner",
          "set role terrace_cell_1", "select set_config('role', 't_acme', true)",
          "create table registry.mine ()", "create temporary table mine ()", "create schema mine",
          "do 'begin end'", "select registry.stamp_revision()",
          "grant terrace_reader to terrace_cell_1",
        ] {
          let state = try await sqlState {
            try await fixture.reader.query(.init(unsafeSQL: statement))
          }
          #expect(["42501", "0A000"].contains(state), "\(statement): \(state ?? "worked")")
        }
      }
    }

    @Test func writesTheLeaseWhoseSecretIdItHoldsAndCannotLearnAnother() async throws {
      try await withRegistry { fixture in
        let leases = GatewayLeaseStore(database: fixture.reader)
        let mine = UUID()
        let revision = try await leases.renew(
          mine, gateway: "one", revision: 0, lifetime: .seconds(30))
        #expect(revision == 0)
        _ = try await leases.renew(UUID(), gateway: "one", revision: 7, lifetime: .seconds(30))
        let rows = try await fixture.owner.query(
          "select revision from registry.leases where gateway = 'one' order by revision")
        #expect(try rows.map { try $0.decode(0, as: Int.self) } == [0, 7])
        _ = try await fixture.reader.query(GatewayLeaseStore.release(mine))
        let left = try await fixture.owner.query(
          "select revision from registry.leases where expires_at > clock_timestamp()")
        #expect(try left.map { try $0.decode(0, as: Int.self) } == [7])
      }
    }

    @Test func cannotMakeAnAdminWaitForeverByALongLease() async throws {
      try await withRegistry { fixture in
        _ = try await GatewayLeaseStore(database: fixture.reader).renew(
          UUID(), gateway: "one", revision: 0, lifetime: .seconds(1_000_000))
        let rows = try await fixture.owner.query(
          "select expires_at < clock_timestamp() + interval '601 s' from registry.leases")
        #expect(try rows[0].decode(0, as: Bool.self))
      }
    }
  }
}
