import HTTPSupport
import PostgresClient
import Tenancy

/// Registers tenants: decides what each gets, and has the database make it.
struct Provisioner: Sendable {
  /// How often a registration that lost a race to another looks again.
  private static let attempts = 5

  let store: ProvisioningStore
  var masterKeys: MasterKeys
  var migrations: Migrations
  /// Nil where tenants have no owners.
  var ownerInvitations: OwnerInvitationIssuer?
  var roles = DatabaseRoles.standard
  var cellCapacity = Cell.capacity

  /// A tenant that was asked for.
  struct Outcome {
    let row: RegisteredTenant
    /// Whether this call made it.
    let isNew: Bool
    /// For the owner of one that this call made together with its schema.
    var ownerInvitation: OwnerInvitation?
  }

  /// The tenant. One on another node than the registry's is left in state `provisioning`, for
  /// ``complete(_:)``.
  ///
  /// - Throws: ``Problem``: 409 if the slug, or a name that must be made, is taken; 422 if
  ///   Postgres does not know the time zone. ``MasterKeyError``, ``PostgresError``.
  func provision(_ registration: TenantRegistration, actor: String) async throws -> Outcome {
    var attempt = 1
    while true {
      let snapshot = try await look(registration)
      if snapshot.isTaken, let existing = try await store.tenant(slug: registration.slug) {
        try Self.requireEqual(registration, existing)
        return Outcome(row: existing, isNew: false)
      }
      let place = try await place(for: registration, in: snapshot)
      // That an older tenant has the names is seldom, and shows as a lost race.
      let names =
        attempt == 1 && place.cell.isHere
        ? TenantNames(slug: registration.slug, number: 1, roles: roles)
        : try await store.freeNames(for: registration.slug, roles: roles)
      let plan = try plan(registration, names, in: snapshot, place, actor: actor)
      try await requireFree(plan)
      do {
        return Outcome(
          row: try await store.carryOut(plan), isNew: true,
          ownerInvitation: plan.ownerInvitation?.invitation)
      } catch let error as PostgresError where error.isLostRace && attempt < Self.attempts {
        attempt += 1
      } catch let error as PostgresError where error.isNameCollision {
        throw Self.nameCollision(plan)
      }
    }
  }

  /// Makes what the tenant still lacks on its node, and has it served. Each step can be repeated.
  func complete(_ tenant: UnfinishedTenant) async throws -> RegisteredTenant {
    guard let verifier = verifier(of: tenant.cell) else {
      throw MasterKeyError(
        family: .shared, version: tenant.cell.keyVersion, isMissing: true)
    }
    try await store.schemas(on: tenant.cell.server).make(
      tenant.schema, in: tenant.cell, verifier: verifier, policyDigest: tenant.policyDigest,
      migrations: migrations)
    return try await store.activate(tenant, schemaVersion: migrations.count)
  }

  /// Puts a new invitation for the tenant's owner into its schema; the one before ends. Nil if tenants
  /// have no owners.
  func inviteOwner(of tenant: RegisteredTenant) async throws -> OwnerInvitation? {
    guard let issue = ownerInvitations?.issue() else { return nil }
    let server = try await store.server(ofCell: tenant.cell)
    try await store.schemas(on: server).run(issue.statements, in: tenant.schema)
    return issue.invitation
  }

  /// Looks before anything is written that another server would refuse.
  private func requireFree(_ plan: ProvisioningPlan) async throws {
    guard !plan.isHere else { return }
    let newLogin = plan.newCellVerifier == nil ? nil : plan.cell.login
    guard try await store.schemas(on: plan.cell.server).isFree(plan.names.schema, login: newLogin)
    else { throw Self.nameCollision(plan) }
  }

  private func look(_ registration: TenantRegistration) async throws -> ProvisioningSnapshot {
    do {
      return try await store.snapshot(of: registration)
    } catch let error as PostgresError where error.sqlState == "22023" {
      throw Problem.invalid(
        [.init(field: "time_zone", message: "is not known to the database")],
        status: .unprocessableContent)
    }
  }

  /// What to make for the tenant.
  func plan(
    _ registration: TenantRegistration, _ names: TenantNames, in snapshot: ProvisioningSnapshot,
    _ place: (cell: Cell, newCellVerifier: SCRAMVerifier?), actor: String
  ) throws -> ProvisioningPlan {
    let id = TenantID()
    let (cell, newCellVerifier) = place
    try masterKeys.verify(snapshot.masterKeys)
    let credential =
      registration.isolation == .dedicated ? try credential(for: id, names) : nil
    return ProvisioningPlan(
      id: id, registration: registration, names: names, cell: cell,
      newCellVerifier: newCellVerifier,
      credential: credential, signingKeys: try signingKeys(for: id, credential),
      newMasterKeys: masterKeys.currentChecks.filter { !snapshot.masterKeys.contains($0) },
      migrations: migrations,
      rowSecurityKey: cell.server.needsRowSecurity ? RowSecurityKey(for: id, masterKeys) : nil,
      ownerInvitation: cell.isHere ? ownerInvitations?.issue() : nil,
      actor: actor, serverVersion: snapshot.serverVersion,
      databaseName: snapshot.databaseName)
  }

  /// The newest cell, or the next one if it is full, with what Postgres is to store of that one's
  /// password. Registrations at the same moment may overfill a cell by as many as they are.
  func place(for registration: TenantRegistration, in snapshot: ProvisioningSnapshot) async throws
    -> (cell: Cell, newCellVerifier: SCRAMVerifier?)
  {
    if let newest = snapshot.newestCell, snapshot.newestCellCount < cellCapacity {
      return (newest, nil)
    }
    let cell = Cell(
      id: snapshot.nextCellID, login: roles.cell(snapshot.nextCellID),
      keyVersion: masterKeys.shared.currentVersion,
      server: try await store.serverOfNextCell(for: registration))
    return (cell, verifier(of: cell))
  }

  private func verifier(of cell: Cell) -> SCRAMVerifier? {
    LoginPassword.cell(cell.id, version: cell.keyVersion, masterKeys)
      .map { SCRAMVerifier(password: $0) }
  }

  private func credential(for id: TenantID, _ names: TenantNames) throws -> CredentialPlan {
    guard let plan = CredentialPlan(number: 1, of: id, schema: names.schema, masterKeys) else {
      throw Problem.invalid(
        [
          .init(
            field: "isolation",
            message: "cannot be dedicated here: the master key of dedicated tenants is not set")
        ], status: .unprocessableContent)
    }
    return plan
  }

  /// The key that signs, with a copy for each who serves the tenant; for a dedicated one also the
  /// key that its own deployment will take over with, which the shared one cannot open.
  private func signingKeys(for id: TenantID, _ credential: CredentialPlan?) throws
    -> [SealedSigningKey]
  {
    let first = SigningKey.random(.active)
    let version = masterKeys.shared.currentVersion
    let shared = try first.sealed(for: id, .shared, keyVersion: version, masterKeys)
    guard let credential else { return [shared] }
    return [shared]
      + (try [first, SigningKey.random(.next)].map {
        try $0.sealed(
          for: id, .credential(credential.number), keyVersion: credential.keyVersion, masterKeys)
      })
  }

  private static func requireEqual(
    _ registration: TenantRegistration, _ existing: RegisteredTenant
  ) throws {
    let differences = registration.differences(from: existing.original)
    guard differences.isEmpty else {
      throw Problem(
        .conflict, type: "slug-taken", title: "The slug is taken",
        detail: "\(registration.slug) was registered with another "
          + differences.map(\.stringValue).joined(separator: ", "),
        errors: differences.map {
          .init(field: $0.stringValue, message: "differs from the tenant that has the slug")
        })
    }
  }

  private static func nameCollision(_ plan: ProvisioningPlan) -> Problem {
    var roles = [plan.names.schema]
    if let credential = plan.credential { roles.append(credential.login) }
    if plan.newCellVerifier != nil { roles.append(plan.cell.login) }
    return Problem(
      .conflict, type: "name-collision", title: "A name on the database server is taken",
      detail: "one of these is on the server but not the registry's: schema "
        + "\(plan.names.schema), role \(roles.joined(separator: ", role ")); rename or drop it, or, "
        + "if it is another installation's, give each a TERRACE_ROLE_PREFIX of its own")
  }
}

extension PostgresError {
  /// Another transaction made the same at the same moment, or changed the privileges of the same
  /// object, which is an internal error to Postgres; this build's wait for one another.
  fileprivate var isLostRace: Bool {
    sqlState == "23505" || sqlState == "40P01" || sqlState == "XX000"
  }

  /// A role or schema is there that no row speaks of.
  fileprivate var isNameCollision: Bool { sqlState == "42710" || sqlState == "42P06" }
}
