import FinanceAPI
import PostgresClient
import Synchronization
import Tenancy

/// A tenant with a schema and a role of its own, as the registry makes them.
struct TestTenant: Sendable {
  let tenant: Tenant
  /// In the tenant's scope.
  let database: PostgresDatabase
  /// In the tenant's schema, as its owner.
  let owner: PostgresDatabase
  let tokens = TestTokens()

  private static let count = Atomic(0)

  init(_ tenant: Tenant, on postgres: SharedPostgres.Server) async throws {
    self.tenant = tenant
    let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
    let schema = "t_\(tenant.slug)__\(number)"
    let (client, login) = (postgres.client, postgres.login)
    owner = client.database(login, scope: Scope(role: login.user, schema: schema))
    let before = ["create role \(schema) nologin", "create schema \(schema)"]
    let after = [
      "grant usage on schema \(schema) to \(schema)",
      "grant select, insert, update, delete on all tables in schema \(schema) to \(schema)",
      "grant usage on all sequences in schema \(schema) to \(schema)",
    ]
    _ = try await owner.transaction(
      before.map(PostgresQuery.init(unsafeSQL:)) + FinanceMigrations.all.creation()
        + after.map(PostgresQuery.init(unsafeSQL:)))
    database = client.database(login, scope: Scope(role: schema, schema: schema))
  }
}
