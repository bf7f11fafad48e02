import HTTPSupport
import Logging
import PostgresClient
import Tenancy

/// Registers tenants and looks after them. It holds the owner's login, and so belongs in the
/// admin scope alone.
public struct TenantAdministration: Sendable {
  private let tenants: TenantStore
  private let provisioner: Provisioner
  private let leases: GatewayLeaseStore
  private let logger: Logger
  /// Where tenants are served.
  public let deployments: TenantDeployments

  /// - Parameters:
  ///   - owner: the registry's database as its owner.
  ///   - tenantMigrations: the history of a tenant's schema, in order.
  ///   - ownerInvitations: makes what a new tenant's owner is invited with; nil where tenants have no
  ///     owners.
  ///   - roles: what new tenants' roles are called.
  ///   - drain: how long requests may be under way on the side that a tenant has left.
  public init(
    owner: PostgresDatabase, masterKeys: MasterKeys, tenantMigrations: Migrations,
    ownerInvitations: OwnerInvitationIssuer? = nil,
    roles: DatabaseRoles = .standard, drain: Duration = TenantDeployments.drain, logger: Logger
  ) {
    self.init(
      owner: owner,
      provisioner: Provisioner(
        store: ProvisioningStore(database: owner), masterKeys: masterKeys,
        migrations: tenantMigrations, ownerInvitations: ownerInvitations, roles: roles),
      drain: drain, logger: logger)
  }

  init(
    owner: PostgresDatabase, provisioner: Provisioner,
    drain: Duration = TenantDeployments.drain, logger: Logger
  ) {
    deployments = TenantDeployments(
      owner: owner, masterKeys: provisioner.masterKeys, drain: drain, logger: logger)
    tenants = TenantStore(database: owner)
    self.provisioner = provisioner
    leases = GatewayLeaseStore(database: owner)
    self.logger = logger
  }

  /// Registers a tenant: its row, role, schema, migrations, grants and first signing key, all or
  /// nothing. Returns once every live gateway serves it, or after a second with those that do not.
  ///
  /// A tenant on another node than the registry's has state `provisioning` until its schema is
  /// there; if that takes longer, it is returned so, and ``Reconciler`` finishes it.
  ///
  /// Idempotent: a request equal to the one that registered the slug answers with that tenant.
  ///
  /// - Parameter actor: who asks, for the audit log.
  /// - Throws: ``Problem`` 409 `slug-taken` naming the fields that differ, or `name-collision`;
  ///   422; ``PostgresError``.
  public func register(_ registration: TenantRegistration, actor: String) async throws
    -> RegistrationOutcome
  {
    let outcome = try await provisioner.provision(registration, actor: actor)
    var (row, isNew, invitation) = (outcome.row, outcome.isNew, outcome.ownerInvitation)
    if row.state == .provisioning {
      row = try await completed(row)
      if isNew, row.state == .active { invitation = await self.invitation(for: row) }
    }
    let pending = try await leases.awaitAcknowledgement(
      of: row.revision, tenant: row.tenant.id)
    if isNew {
      logger.info(
        "tenant registered",
        metadata: [
          "tenant": "\(row.tenant.slug)", "tenant_id": "\(row.tenant.id)",
          "cell": "\(row.cell)", "pending_gateways": "\(pending)",
        ])
    }
    return RegistrationOutcome(
      tenant: row, isNew: isNew, pendingGateways: pending, ownerInvitation: invitation)
  }

  /// A new invitation for the tenant's owner, in place of the one before; nil if there is no such
  /// tenant.
  ///
  /// - Throws: ``Problem`` 503 if the tenant's schema is not there yet; ``PostgresError``.
  public func inviteOwner(of slug: String, actor: String) async throws
    -> (tenant: RegisteredTenant, invitation: OwnerInvitation)?
  {
    guard let tenant = try await tenants.tenant(slug: slug) else { return nil }
    guard tenant.state != .provisioning,
      let invitation = try await provisioner.inviteOwner(of: tenant)
    else {
      throw Problem.unavailable(
        type: "tenant-provisioning", title: "The tenant is being prepared", retryAfter: 5)
    }
    try await provisioner.store.logOwnerInvitation(tenant, actor: actor)
    return (tenant, invitation)
  }

  /// The invitation for the owner of a tenant that was just made on another node. Without it the
  /// tenant is there all the same, and an admin can ask for another.
  private func invitation(for tenant: RegisteredTenant) async -> OwnerInvitation? {
    do {
      return try await provisioner.inviteOwner(of: tenant)
    } catch {
      logger.warning(
        "the tenant's owner cannot be invited yet",
        metadata: ["tenant": "\(tenant.tenant.slug)", "error": "\(String(reflecting: error))"])
      return nil
    }
  }

  /// Sets what the tenant may have, in place of all that was set before; nil if there is no such
  /// tenant. Returns once every live gateway holds to it, or after a second with those that do not.
  ///
  /// - Throws: What `precondition` throws, and then nothing has changed; ``PostgresError``.
  public func limit(
    _ slug: String, _ limits: TenantLimits, actor: String,
    if precondition: Precondition<RegisteredTenant>? = nil
  ) async throws -> RegistrationOutcome? {
    guard let row = try await tenants.limit(slug, limits, actor: actor, if: precondition) else {
      return nil
    }
    let pending = try await leases.awaitAcknowledgement(
      of: row.revision, tenant: row.tenant.id)
    return RegistrationOutcome(tenant: row, isNew: false, pendingGateways: pending)
  }

  /// Finishes what registering tenants on other nodes has begun. A tenant that fails is logged, and
  /// holds up no other.
  func finishProvisioning() async throws {
    for tenant in try await provisioner.store.unfinished() { _ = await complete(tenant) }
  }

  private func completed(_ row: RegisteredTenant) async throws -> RegisteredTenant {
    let unfinished = try await provisioner.store.unfinished()
    guard let tenant = unfinished.first(where: { $0.id == row.tenant.id }) else {
      // Somebody else has just finished it.
      return try await tenants.tenant(slug: row.tenant.slug) ?? row
    }
    return await complete(tenant) ?? row
  }

  /// The tenant, if it could be finished now.
  private func complete(_ tenant: UnfinishedTenant) async -> RegisteredTenant? {
    let metadata: Logger.Metadata = [
      "tenant": "\(tenant.slug)", "tenant_id": "\(tenant.id)", "node": "\(tenant.cell.server.name)",
    ]
    do {
      let row = try await provisioner.complete(tenant)
      logger.info("tenant provisioned", metadata: metadata)
      return row
    } catch {
      guard !Task.isCancelled else { return nil }
      logger.warning(
        "the tenant cannot be provisioned yet",
        metadata: metadata.merging(["error": "\(String(reflecting: error))"]) { $1 })
      return nil
    }
  }

  /// The tenant whose slug, or a former one, this is.
  public func tenant(slug: String) async throws -> RegisteredTenant? {
    try await tenants.tenant(slug: slug)
  }

  /// A page of tenants in the order of their slugs.
  public func tenants(_ page: TenantPageRequest) async throws -> TenantPage {
    try await tenants.tenants(page)
  }
}

/// What came of registering a tenant.
public struct RegistrationOutcome: Sendable, Equatable {
  public let tenant: RegisteredTenant
  /// False if an equal request had registered it before.
  public let isNew: Bool
  /// The gateways that do not serve the tenant yet, by name; empty once all do.
  public let pendingGateways: [String]
  /// For the owner of a tenant that this call made; shown once.
  public var ownerInvitation: OwnerInvitation?
}

/// What must be so of a resource for a change of it to be made. It is handed the resource as it is
/// while nobody else can change it; if it throws, nothing is changed.
public typealias Precondition<Resource> = @Sendable (Resource) throws -> Void
