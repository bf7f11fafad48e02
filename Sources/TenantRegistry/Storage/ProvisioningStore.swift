import PostgresClient

/// Looks before a tenant is registered, and registers it.
struct ProvisioningStore: Sendable {

  let database: PostgresDatabase

  /// In one round trip. Throws SQLSTATE 22023 if Postgres does not know the time zone.
  func situation(of registration: TenantRegistration) async throws -> ProvisioningSituation {
    let names = TenantNames(slug: registration.slug, number: 1)
    let results = try await database.read(
      TenantStore.byName(registration.slug),
      """
      select current_setting('server_version_num')::integer, current_database(),
        (select n from generate_series(1, 1000) n
          where not exists (select from registry.tenants where schema_name
              = \(names.schema) || case when n > 1 then '__' || n else '' end)
            and not exists (select from registry.tenants where namespace
              = \(names.namespace) || case when n > 1 then '-' || n else '' end)
          order by n limit 1),
        now() at time zone \(registration.timeZone)
      """,
      """
      select c.id, c.key_version,
        (select count(*) from registry.tenants t where t.cell_id = c.id)
      from registry.cells c order by c.id desc limit 1
      """,
      MasterKeyStore.read)
    let facts = results[1][0]
    let cell = results[2].first
    return ProvisioningSituation(
      existing: try TenantStore.decode(results[0]).first,
      serverVersion: try facts.decode(0), databaseName: try facts.decode(1),
      nameNumber: try facts.decode(2),
      newestCell: try cell.map { Cell(id: try $0.decode(0), keyVersion: try $0.decode(1)) },
      newestCellCount: try cell?.decode(2) ?? 0,
      masterKeys: try MasterKeyStore.decode(results[3]))
  }

  /// Carries the plan out, all or nothing, in one round trip.
  func carryOut(_ plan: ProvisioningPlan) async throws -> TenantStore.Row {
    let results = try await database.transaction(try plan.statements)
    guard let rows = results.last, let row = try TenantStore.decode(rows).first else {
      throw PostgresError(code: .decoding, detail: "the new tenant is not there")
    }
    return row
  }
}
