import Foundation
import HTTPSupport
import PostgresClient
import Tenancy

/// The table of operations, as the owner.
struct OperationStore: Sendable {
  /// An operation that this process runs, for as long as its heartbeat is heard.
  struct Claim: Sendable {
    let operation: AdminOperation
    /// Names the claim: whoever comes after a lost one has another.
    let worker: UUID
    let isCancelling: Bool
  }

  /// The registry's database.
  let database: PostgresDatabase

  // MARK: What admins do

  func operation(_ id: UUID) async throws -> AdminOperation? {
    try await database.query(
      """
      select \(sql: AdminOperation.columns) from registry.operations o where o.id = \(id)
      """
    ).first.map { try AdminOperation($0) }
  }

  func operations(_ page: OperationPageRequest) async throws -> OperationPage {
    let rows = try await database.query(
      """
      select \(sql: AdminOperation.columns) from registry.operations o
      where (\(page.before)::bigint is null or o.number < \(page.before))
        and (\(page.state?.rawValue)::text is null or o.state = \(page.state?.rawValue))
        and (\(page.kind?.rawValue)::text is null or o.kind = \(page.kind?.rawValue))
        and (\(page.tenant)::text is null or o.tenant_id = (
          select h.tenant_id from registry.hosts h
          where h.name = \(page.tenant) and h.kind in ('slug', 'alias')))
      order by o.number desc limit \(page.limit + 1)
      """)
    let operations = try rows.map { try AdminOperation($0) }
    let shown = Array(operations.prefix(page.limit))
    return OperationPage(
      operations: shown, next: operations.count > page.limit ? shown.last?.number : nil)
  }

  /// The tenants for which the operation failed, in the order of their slugs.
  func failures(of id: UUID, limit: Int) async throws -> [AdminOperation.Failure] {
    try await database.query(
      """
      select h.name, f.error from registry.operation_failures f
      join registry.hosts h on h.tenant_id = f.tenant_id and h.kind = 'slug'
      where f.operation_id = \(id) order by h.name limit \(limit)
      """
    ).map { .init(tenant: try $0.decode("name"), error: try $0.decode("error")) }
  }

  /// Asks for an operation. One of the same kind for the same tenant that is not finished gets the
  /// new arguments, and is looked at again at once.
  ///
  /// - Parameter action: what the audit log calls it, if nothing else is written there.
  func add(
    _ kind: AdminOperation.Kind, tenant: TenantID? = nil, arguments: some Encodable, actor: String,
    audit action: String? = nil
  ) async throws -> (operation: AdminOperation, isNew: Bool) {
    let id = UUID.random()
    let text = String(decoding: try JSON.encoder.encode(arguments), as: UTF8.self)
    var statements: [PostgresQuery] = [
      """
      insert into registry.operations as o (id, kind, tenant_id, arguments, actor)
      values (\(id), \(kind.rawValue), \(tenant?.uuid), \(text)::jsonb, \(actor))
      on conflict (kind, tenant_id) where finished_at is null do update
        set arguments = excluded.arguments, is_cancelling = false, run_at = clock_timestamp()
      """,
      """
      select \(sql: AdminOperation.columns) from registry.operations o
      where o.kind = \(kind.rawValue) and o.tenant_id is not distinct from \(tenant?.uuid)
        and o.finished_at is null
      """,
    ]
    if let action {
      statements.append(
        """
        insert into registry.audit_log (actor, action, tenant_id, details)
        select o.actor, \(action), o.tenant_id, jsonb_build_object('operation', o.id)
        from registry.operations o where o.id = \(id)
        """)
    }
    let operation = try AdminOperation(try await database.transaction(statements)[1][0])
    return (operation, operation.id == id)
  }

  /// Ends an operation that nobody runs, and asks whoever runs it to end it.
  ///
  /// - Returns: false if it is finished, or there is none.
  func cancel(_ id: UUID, actor: String) async throws -> Bool {
    try await change(
      id, "operation.cancel", actor,
      """
      update registry.operations set is_cancelling = state = 'running',
        finished_at = case when state <> 'running' then clock_timestamp() end,
        state = case when state = 'running' then state else 'cancelled' end
      where id = \(id) and finished_at is null
      returning id
      """)
  }

  /// Has a failed or cancelled operation run again.
  ///
  /// - Returns: false if it is neither, or there is none.
  /// - Throws: ``PostgresError`` that violates `operations_unfinished_idx` if another one of the
  ///   kind is not finished.
  func retry(_ id: UUID, actor: String) async throws -> Bool {
    try await change(
      id, "operation.retry", actor,
      """
      with cleared as (
        delete from registry.operation_failures f using registry.operations o
        where f.operation_id = \(id) and o.id = f.operation_id
          and o.state in ('failed', 'cancelled')
      )
      update registry.operations set state = 'queued', error = null, waiting_for = null,
        started_at = null, finished_at = null, is_cancelling = false, done = 0, total = null,
        run_at = clock_timestamp()
      where id = \(id) and state in ('failed', 'cancelled')
      returning id
      """)
  }

  private func change(
    _ id: UUID, _ action: String, _ actor: String, _ update: PostgresQuery
  ) async throws -> Bool {
    try await database.withTransaction { transaction in
      guard try await !transaction.query(update).isEmpty else { return false }
      try await transaction.query(
        """
        insert into registry.audit_log (actor, action, tenant_id, details)
        select \(actor), \(action), o.tenant_id,
          jsonb_build_object('operation', o.id, 'kind', o.kind)
        from registry.operations o where o.id = \(id)
        """)
      return true
    }
  }

  // MARK: What the process that runs one does

  /// Takes the operation that has been due for longest, if any is: one that nobody runs, or whose
  /// process has not been heard of for `patience`.
  func claim(_ kinds: [AdminOperation.Kind], patience: Duration) async throws -> Claim? {
    let worker = UUID.random()
    let results = try await database.transaction([
      """
      update registry.operations set state = 'running', worker = \(worker),
        heartbeat_at = clock_timestamp(), started_at = coalesce(started_at, clock_timestamp())
      where id = (
        select id from registry.operations
        where finished_at is null and kind = any(\(kinds.map(\.rawValue)))
          and run_at <= clock_timestamp() and (state <> 'running' or heartbeat_at
            < clock_timestamp() - \(patience.milliseconds) * interval '1 millisecond')
        order by run_at limit 1 for update skip locked)
      returning is_cancelling
      """,
      """
      select \(sql: AdminOperation.columns) from registry.operations o
      where o.worker = \(worker) and o.finished_at is null
      """,
    ])
    guard let row = results[1].first else { return nil }
    return Claim(
      operation: try AdminOperation(row), worker: worker,
      isCancelling: try results[0][0].decode("is_cancelling"))
  }

  /// Says that the process still runs the operation.
  ///
  /// - Returns: whether it is to be cancelled; nil if another process has taken it over.
  func beat(_ claim: Claim) async throws -> Bool? {
    try await database.query(
      """
      update registry.operations set heartbeat_at = clock_timestamp()
      where id = \(claim.operation.id) and worker = \(claim.worker) and state = 'running'
      returning is_cancelling
      """
    ).first?.decode("is_cancelling")
  }

  /// Shows how far it is, unless another process has taken it over.
  func report(_ progress: AdminOperation.Progress, of claim: Claim) async throws {
    _ = try await database.query(
      """
      update registry.operations
      set done = \(progress.done), total = \(progress.total), unit = \(progress.unit)
      where id = \(claim.operation.id) and worker = \(claim.worker) and state = 'running'
      """)
  }

  /// Writes down what came of it, unless another process has taken it over. One that has got other
  /// arguments meanwhile is run again.
  func finish(
    _ claim: Claim, _ state: AdminOperation.State, error: String? = nil
  ) async throws {
    let arguments = String(decoding: claim.operation.arguments, as: UTF8.self)
    _ = try await database.query(
      """
      update registry.operations o set state = \(state.rawValue), error = \(error),
        waiting_for = null, finished_at = clock_timestamp(), worker = null
      where id = \(claim.operation.id) and worker = \(claim.worker) and state = 'running'
        and arguments = \(arguments)::jsonb
      """)
    _ = try await database.query(
      """
      update registry.operations
      set state = 'queued', waiting_for = null, worker = null, run_at = clock_timestamp()
      where id = \(claim.operation.id) and worker = \(claim.worker) and state = 'running'
      """)
  }

  /// Leaves it until `delay` has passed, for whichever process looks first. One that is to be
  /// cancelled ends.
  func suspend(_ claim: Claim, waitingFor reason: String, for delay: Duration) async throws {
    _ = try await database.query(
      """
      update registry.operations set waiting_for = \(reason), worker = null,
        run_at = clock_timestamp() + \(delay.milliseconds) * interval '1 millisecond',
        state = case when is_cancelling then 'cancelled' else 'waiting' end,
        finished_at = case when is_cancelling then clock_timestamp() end
      where id = \(claim.operation.id) and worker = \(claim.worker) and state = 'running'
      """)
  }

  // MARK: What failed for one tenant of many

  func failedTenants(of id: UUID) async throws -> Set<UUID> {
    Set(
      try await database.query(
        "select tenant_id from registry.operation_failures where operation_id = \(id)"
      ).map { try $0.decode("tenant_id", as: UUID.self) })
  }

  func note(_ error: String, for tenant: UUID, of id: UUID) async throws {
    _ = try await database.query(
      """
      insert into registry.operation_failures (operation_id, tenant_id, error)
      values (\(id), \(tenant), \(String(error.prefix(AdminOperation.maximumErrorLength))))
      on conflict (operation_id, tenant_id) do update set error = excluded.error
      """)
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
