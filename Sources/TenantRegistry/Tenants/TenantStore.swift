import Foundation
import HTTPSupport
import PostgresClient
import Tenancy

/// Reads tenants as the admin endpoint shows them.
struct TenantStore: Sendable {
  /// A tenant with what only registration looks at.
  struct Row: Sendable {
    let summary: TenantSummary
    /// The revision in which it last changed.
    let revision: Int64
    /// The request that registered it.
    let original: TenantRegistration
  }

  let database: PostgresDatabase

  /// The tenant that holds the slug, now or as an alias.
  func tenant(slug: String) async throws -> Row? {
    try await Self.decode(database.query(Self.byName(slug))).first
  }

  func tenants(_ page: TenantPageRequest) async throws -> TenantPage {
    let states = page.state.map { [$0] } ?? TenantRecord.State.allCases
    let prefix = page.prefix ?? ""
    // `{` sorts after every character of a slug.
    let rows = try await database.query(
      """
      select v.* from registry.tenant_summaries v
      where slug > \(page.after ?? "") and slug >= \(prefix) and slug < \(prefix + "{")
        and state = any(\(states.map(\.rawValue)))
      order by slug limit \(page.limit + 1)
      """)
    let tenants = try Self.decode(rows).map(\.summary)
    let shown = Array(tenants.prefix(page.limit))
    return TenantPage(
      tenants: shown, next: tenants.count > page.limit ? shown.last?.tenant.slug : nil)
  }

  /// The tenant with its new limits; nil if there is none of that name.
  func limit(
    _ slug: String, _ limits: TenantLimits, actor: String,
    if precondition: Precondition<TenantSummary>?
  ) async throws -> Row? {
    try await database.withTransaction { transaction -> Row? in
      let found = try await transaction.query([Self.lock(slug), Self.byName(slug)])
      guard let row = try Self.decode(found[1]).first else { return nil }
      try precondition?(row.summary)
      let results = try await transaction.query(
        try limits.statements(for: row.summary.tenant.id, actor: actor)
          + ["set constraints all immediate", Self.byName(slug)])
      return try results.last.flatMap { try Self.decode($0).first }
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
    select v.* from registry.tenant_summaries v
    where id = (select tenant_id from registry.hosts
      where name = \(slug) and kind in ('slug', 'alias'))
    """
  }

  static func decode(_ rows: PostgresRows) throws -> [Row] {
    try rows.map { row in
      Row(
        summary: try summary(of: row), revision: try row.decode(13),
        original: try JSON.decoder.decode(
          TenantRegistration.self, from: Data(try row.decode(14, as: String.self).utf8)))
    }
  }

  private static func summary(of row: PostgresRow) throws -> TenantSummary {
    TenantSummary(
      tenant: Tenant(
        id: TenantID(try row.decode(0, as: UUID.self)), slug: try row.decode(1),
        displayName: try row.decode(2),
        timeZone: try row.decode(8), currency: try row.decode(9),
        registration: try row.decodeCase(10)),
      state: try row.decodeCase(3), isolation: try row.decodeCase(4),
      servedBy: try row.decodeCase(15), schema: try row.decode(5),
      role: try row.decode(5), cell: try row.decode(7), namespace: try row.decode(6),
      schemaVersion: try row.decode(11), createdAt: try row.decode(12),
      limits: try TenantLimits(row, from: 16))
  }
}
