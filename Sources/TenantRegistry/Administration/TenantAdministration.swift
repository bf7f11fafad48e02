import Logging
import PostgresClient
import Tenancy

/// Registers tenants and looks after them. It holds the owner's login, and so belongs in the
/// admin scope alone.
public struct TenantAdministration: Sendable {
  /// - Parameters:
  ///   - owner: the registry's database as `terrace_owner`.
  ///   - tenantMigrations: the history of a tenant's schema, in order.
  public init(
    owner: PostgresDatabase, masterKeys: MasterKeys, tenantMigrations: [Migration], logger: Logger
  ) {
    fatalError()
  }

  /// Registers a tenant: its row, role, schema, migrations, grants and first signing key, all or
  /// nothing. Returns once every live gateway serves it, or after a second with those that do not.
  ///
  /// Idempotent: a request equal to the one that registered the slug answers with that tenant.
  ///
  /// - Parameter actor: who asks, for the audit log.
  /// - Throws: ``Problem`` 409 `slug-taken`, naming the fields that differ; ``PostgresError``.
  public func register(_ registration: TenantRegistration, actor: String) async throws
    -> RegistrationOutcome
  {
    fatalError()
  }

  /// The tenant whose slug, or a former one, this is.
  public func tenant(slug: String) async throws -> TenantSummary? {
    fatalError()
  }

  /// A page of tenants in the order of their slugs.
  public func tenants(_ page: TenantPageRequest) async throws -> TenantPage {
    fatalError()
  }
}
