import PostgresClient
import Tenancy

/// Reads tenants as the admin endpoint shows them.
struct TenantStore: Sendable {
  let database: PostgresDatabase

  /// The tenant that holds the slug, now or as an alias.
  func tenant(slug: String) async throws -> RegisteredTenant? {
    try await database.query(Self.byName(slug)).first.map { try RegisteredTenant($0) }
  }

  func tenants(_ page: TenantPageRequest) async throws -> TenantPage {
    let states = page.state.map { [$0] } ?? TenantRecord.State.allCases
    let prefix = page.prefix ?? ""
    // `{` sorts after every character of a slug.
    let rows = try await database.query(
      """
      select \(sql: StoredTenant.columns), \(sql: RegisteredTenant.columns)
      from \(sql: StoredTenant.tables)
      where h.name > \(page.after ?? "") and h.name >= \(prefix) and h.name < \(prefix + "{")
        and t.state = any(\(states.map(\.rawValue)))
      order by h.name limit \(page.limit + 1)
      """)
    let tenants = try rows.map { try RegisteredTenant($0) }
    let shown = Array(tenants.prefix(page.limit))
    return TenantPage(
      tenants: shown, next: tenants.count > page.limit ? shown.last?.tenant.slug : nil)
  }

  /// The tenant with its new limits; nil if there is none of that name.
  func limit(
    _ slug: String, _ limits: TenantLimits, actor: String,
    if precondition: Precondition<RegisteredTenant>?
  ) async throws -> RegisteredTenant? {
    try await database.withTransaction { transaction -> RegisteredTenant? in
      let found = try await transaction.query([Self.lock(slug), Self.byName(slug)])
      guard let tenant = try found[1].first.map({ try RegisteredTenant($0) }) else { return nil }
      try precondition?(tenant)
      let results = try await transaction.query(
        try limits.statements(for: tenant.tenant.id, actor: actor)
          + ["set constraints all immediate", Self.byName(slug)])
      return try results.last?.first.map { try RegisteredTenant($0) }
    }
  }

  /// Has the tenant stay as the next statement finds it. Whatever changes of a tenant, in whichever
  /// table, stamps this row before it is committed, and so waits for whoever has locked it.
  private static func lock(_ slug: String) -> PostgresQuery {
    """
    select from registry.tenants
    where id = (select tenant_id from registry.hosts
      where name = \(slug) and kind in ('slug', 'alias'))
    for no key update
    """
  }

  static func byName(_ slug: String) -> PostgresQuery {
    """
    select \(sql: StoredTenant.columns), \(sql: RegisteredTenant.columns)
    from \(sql: StoredTenant.tables)
    where t.id = (select tenant_id from registry.hosts
      where name = \(slug) and kind in ('slug', 'alias'))
    """
  }
}
