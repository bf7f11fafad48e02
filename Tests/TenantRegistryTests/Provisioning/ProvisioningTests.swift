import HTTPSupport
import PostgresClient
import Testing

@testable import TenantRegistry

@Suite struct ProvisioningTests {
  @Test func makesEverythingThatATenantNeeds() async throws {
    try await withRegistry { fixture in
      let tenant = try await fixture.register("acme-co")
      #expect(tenant.schema == "t_acme_co")
      #expect(tenant.role == "t_acme_co")
      #expect(tenant.namespace == "tenant-acme-co")
      #expect(tenant.cell == 1)
      #expect(tenant.state == .active)
      #expect(tenant.schemaVersion == 1)
      let database = fixture.client.database(
        try fixture.cellLogin(), scope: Scope(role: tenant.role, schema: tenant.schema))
      let rows = try await database.query("insert into item (name) values ('x') returning name")
      #expect(try rows[0].decode(0, as: String.self) == "x")
    }
  }
}
