import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// What a gateway says of the requests that are over.
  @Suite struct DrainedRevisionTests {
    /// A registry that changes just after each time that it is read.
    private struct ChangingSource: DirectorySource {
      let base: DirectoryStore
      let change: @Sendable () async throws -> Void

      func changes(since revision: Int64) async throws -> DirectoryChanges {
        let changes = try await base.changes(since: revision)
        try await change()
        return changes
      }
    }

    @Test func aGatewaySettlesNoChangeThatItHasNotRead() async throws {
      try await withRegistry { fixture in
        try await fixture.register("globex")
        let source = ChangingSource(
          base: DirectoryStore(database: fixture.reader, masterKeys: fixture.masterKeys),
          change: { try await fixture.register("acme") })
        let gateway = TenantDirectory(
          source: source,
          factory: TenantRecordFactory(
            client: fixture.client, login: fixture.readerLogin, access: .cells(fixture.masterKeys)),
          configuration: TenantDirectoryConfiguration(name: "gateway"),
          logger: RegistryFixture.logger)
        try await gateway.synchronize()
        let lease = try await fixture.superuser.query(
          """
          select l.settled, l.revision, r.value from registry.leases l, registry.revision r
          """)[0]
        let settled: Int64 = try lease.decode(0)
        #expect(try settled == lease.decode(1, as: Int64.self))
        #expect(try settled < lease.decode(2, as: Int64.self))
      }
    }
  }
}
