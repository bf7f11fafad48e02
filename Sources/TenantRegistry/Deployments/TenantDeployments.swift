import HTTPSupport
import Logging
import PostgresClient
import Tenancy

/// Moves tenants between the shared deployment and deployments of their own, and makes the
/// credentials of the latter. It holds the owner's login, and so belongs in the admin scope alone.
public struct TenantDeployments: Sendable {
  let store: DeploymentStore
  let leases: GatewayLeaseStore
  let masterKeys: MasterKeys
  /// How long requests may be under way on the side that a tenant has left, at most.
  let drain: Duration
  let logger: Logger

  public static let drain = Duration.seconds(60)

  init(owner: PostgresDatabase, masterKeys: MasterKeys, drain: Duration, logger: Logger) {
    store = DeploymentStore(database: owner)
    leases = GatewayLeaseStore(database: owner)
    self.masterKeys = masterKeys
    self.drain = drain
    self.logger = logger
  }

  /// Takes the tenant as far towards `target` as it goes just now. To be repeated until it is done;
  /// with the other target at any time, to undo it. No step fails a request.
  ///
  /// A move takes several transactions, and mostly several calls, so that `precondition` cannot hold
  /// for all of it. It is checked under the lock under which the call's first step is taken; if it
  /// throws, the call has changed nothing. The steps after that go on with what this one began, as
  /// long as nobody has asked for the other side meanwhile. Of callers with the same precondition
  /// that all would change the deployment, one does. The next call needs a new one: each step that
  /// shows is another state.
  ///
  /// - Parameter actor: who asks, for the audit log.
  /// - Throws: ``Problem`` 404, or 409 for a tenant on another node, and if a call with a
  ///   precondition was overtaken; what `precondition` throws; ``MasterKeyError``;
  ///   ``PostgresError``.
  public func move(
    slug: String, to target: TenantRecord.Isolation, actor: String,
    if precondition: Precondition<DeploymentSummary>? = nil
  ) async throws -> MoveProgress {
    try await checkCanBeDedicated(slug)
    var condition = precondition
    var hasWaited = false
    while true {
      let (step, snapshot) = try await advance(slug, to: target, actor: actor, if: condition)
      if condition != nil { condition = Self.isStillAskedFor(target) }
      switch step {
      case .choose, .prepare, .flip, .close: hasWaited = false
      case .awaitAcknowledgement where !hasWaited:
        _ = try await leases.awaitAcknowledgement(
          of: snapshot.revision, tenant: snapshot.tenant)
        hasWaited = true
      case .awaitDeployment, .awaitAcknowledgement, .awaitProbe, .awaitDrain, .done:
        if step == .done { try await dropRevoked() }
        return MoveProgress(step: step, snapshot: snapshot)
      }
    }
  }

  /// Takes a move that was begun as far as it goes just now.
  ///
  /// - Throws: as ``move(slug:to:actor:if:)``; ``Problem`` 409 if nobody wants it there any more.
  func goOn(
    slug: String, to target: TenantRecord.Isolation, actor: String
  ) async throws -> MoveProgress {
    try await move(slug: slug, to: target, actor: actor, if: Self.isStillAskedFor(target))
  }

  /// Takes the next step, or finds what to wait for.
  func advance(
    _ slug: String, to target: TenantRecord.Isolation, actor: String,
    if precondition: Precondition<DeploymentSummary>? = nil
  ) async throws -> (MoveStep, DeploymentSnapshot) {
    let drain = drain
    let (step, snapshot) = try await withLockedTenant(of: slug) { transaction, snapshot in
      try precondition?(DeploymentSummary(snapshot))
      let step = snapshot.nextStep(to: target, drain: drain)
      let statements = try planner(snapshot, actor).statements(for: step, to: target)
      if !statements.isEmpty { try await transaction.query(statements) }
      return (step, snapshot)
    }
    logger.log(
      level: step.isChange ? .info : .debug, "tenant moves",
      metadata: [
        "tenant": "\(snapshot.slug)", "tenant_id": "\(snapshot.tenant)",
        "to": "\(target.rawValue)", "step": "\(step)",
      ])
    return (step, snapshot)
  }

  /// Where the tenant is served.
  ///
  /// - Throws: ``Problem`` 404; ``PostgresError``.
  public func deployment(slug: String) async throws -> DeploymentSummary {
    try await withLockedTenant(of: slug) { _, snapshot in DeploymentSummary(snapshot) }
  }

  /// New credentials for the tenant's own deployment. Those before stay good until somebody uses
  /// the new ones. A shared tenant is a dedicated one from then on, and is served as before until
  /// it is moved; moving it to shared takes the credentials back.
  ///
  /// - Throws: ``Problem`` 404, or 409 for a tenant that cannot have a deployment of its own;
  ///   ``PostgresError``.
  public func issueCredentials(slug: String, actor: String) async throws -> IssuedCredentials {
    try await checkCanBeDedicated(slug)
    let (plan, snapshot) = try await withLockedTenant(of: slug) { transaction, snapshot in
      let (plan, statements) = try planner(snapshot, actor).issue()
      try await transaction.query(statements)
      return (plan, snapshot)
    }
    logger.info(
      "credentials issued",
      metadata: ["tenant": "\(snapshot.slug)", "login": "\(plan.login)"])
    let key = TenantKeys.text(plan.key, credential: plan.number)
    return IssuedCredentials(
      tenant: snapshot.tenant, login: plan.login, password: plan.password,
      key: Secret(Array(key.utf8)))
  }

  /// Revokes credentials that newer ones in use have taken the place of.
  func retireSuperseded() async throws {
    for slug in try await store.superseded() {
      do {
        try await retireSuperseded(of: slug)
      } catch {
        try Task.checkCancellation()
        logger.warning(
          "credentials cannot be revoked yet",
          metadata: ["tenant": "\(slug)", "error": "\(String(reflecting: error))"])
      }
    }
    try await dropRevoked()
  }

  private func retireSuperseded(of slug: String) async throws {
    try await withLockedTenant(of: slug) { transaction, snapshot in
      var holders = snapshot.holders(of: .dedicated)
      guard !holders.isEmpty else { return }
      if snapshot.isOpen(.shared) { holders.insert(.shared) }
      try await transaction.query(
        planner(snapshot, "credential-retirement").retire(keeping: holders))
    }
  }

  private static func isStillAskedFor(
    _ target: TenantRecord.Isolation
  ) -> Precondition<DeploymentSummary> {
    { deployment in
      guard deployment.isolation != target else { return }
      throw Problem(
        .conflict, type: "move-overtaken", title: "Another move has taken the place of this one",
        detail: "it is to be \(deployment.isolation.rawValue) by now: get the deployment again")
    }
  }

  private func checkCanBeDedicated(_ slug: String) async throws {
    guard let reason = try await store.refusal(of: slug) else { return }
    throw Problem(
      .conflict, type: "cannot-be-dedicated",
      title: "The tenant can have no deployment of its own", detail: reason)
  }

  private func dropRevoked() async throws {
    for (login, removal) in try await store.removeRevoked() {
      switch removal {
      case .dropped: logger.info("credentials revoked", metadata: ["login": "\(login)"])
      case .gone: break
      case .failed(let error):
        logger.warning(
          "a revoked login cannot be dropped yet: it owns something, or has rights left (terrace doctor)",
          metadata: ["login": "\(login)", "error": "\(String(reflecting: error))"])
      }
    }
  }

  private func planner(_ snapshot: DeploymentSnapshot, _ actor: String) -> DeploymentPlanner {
    DeploymentPlanner(snapshot: snapshot, masterKeys: masterKeys, actor: actor)
  }

  @discardableResult
  private func withLockedTenant<R: Sendable>(
    of slug: String, _ body: (PostgresTransaction, DeploymentSnapshot) async throws -> R
  ) async throws -> R {
    guard let result = try await store.withLockedTenant(of: slug, body) else {
      throw Problem(.notFound, type: "unknown-tenant", title: "There is no such tenant")
    }
    return result
  }
}
