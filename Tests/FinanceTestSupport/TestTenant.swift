import Atomics
import Finance
import PostgresClient
import Tenancy

/// A tenant with a schema and a role of its own, as the registry makes them.
package struct TestTenant: Sendable {
  package let tenant: Tenant
  /// In the tenant's scope.
  package let database: PostgresDatabase
  /// In the tenant's schema, as its owner.
  package let owner: PostgresDatabase
  package let tokens = TestTokens()

  private static let count = ManagedAtomic(0)

  package static let acme = Tenant(
    id: TenantID(), slug: "acme", displayName: "Acme", timeZone: "Europe/Zurich", currency: "EUR",
    registration: .open)

  /// On the Postgres of ``SharedPostgres``.
  package init(_ tenant: Tenant = TestTenant.acme) async throws {
    guard let postgres = SharedPostgres.server else { throw SharedPostgres.Missing() }
    self.tenant = tenant
    let number = Self.count.wrappingIncrementThenLoad(ordering: .relaxed)
    let schema = "t_\(tenant.slug)__\(number)"
    let (client, login) = (postgres.client, postgres.login)
    owner = client.database(login, scope: SessionScope(role: login.user, schema: schema))
    let before = ["create role \(schema) nologin", "create schema \(schema)"]
    let after = [
      "grant usage on schema \(schema) to \(schema)",
      "grant select, insert, update, delete on all tables in schema \(schema) to \(schema)",
      "grant usage on all sequences in schema \(schema) to \(schema)",
    ]
    _ = try await owner.transaction(
      before.map(PostgresQuery.init(unsafeSQL:)) + FinanceMigrations.all.creation()
        + after.map(PostgresQuery.init(unsafeSQL:)))
    database = client.database(login, scope: SessionScope(role: schema, schema: schema))
  }
}
