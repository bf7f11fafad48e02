import Foundation
import PostgresClient
import Tenancy
import Testing

@testable import Gateway
@testable import TenantRegistry

extension ServerFixture {
  /// Runs statements as the superuser.
  func asSuperuser(_ query: PostgresQuery) async throws -> PostgresRows {
    let client = PostgresClient(logger: Self.logger)
    defer { client.close() }
    return try await client.database(login(postgres.superuser)).query(query)
  }

  /// The credentials of that number of a dedicated tenant.
  func credentials(of slug: String, number: Int = 1) async throws -> TenantCredentials {
    let row = try await asSuperuser(
      """
      select t.id, t.schema_name from registry.tenants t
      join registry.hosts h on h.tenant_id = t.id where h.name = \(slug)
      """)[0]
    let id = TenantID(try row.decode(0, as: UUID.self))
    let plan = try #require(
      CredentialPlan(number: number, of: id, schema: try row.decode(1), masterKeys))
    let password = String(decoding: plan.password.bytes, as: UTF8.self)
    let text = TenantKeys.text(plan.key, credential: number)
    return TenantCredentials(
      tenant: id, login: login(plan.login, password),
      keys: try TenantKeys(parsing: text, tenant: id))
  }

  /// What a tenant's own process is told.
  func configuration(for credentials: TenantCredentials) -> ProcessConfiguration {
    var configuration = configuration
    configuration.server.mode = .dedicated
    configuration.reader = nil
    configuration.owner = nil
    configuration.adminToken = nil
    configuration.masterKeys = nil
    configuration.tenant = credentials
    configuration.client.maximumConnections = 4
    configuration.directory.name = "dedicated"
    return configuration
  }
}
