import Foundation
import HTTPSupport
import PostgresClient
import Tenancy

/// Decides what a change of a tenant's deployment makes and removes: the statements of one
/// transaction, in which the tenant's row is locked.
struct DeploymentPlanner: Sendable {
  let snapshot: DeploymentSnapshot
  let masterKeys: MasterKeys
  let actor: String

  func statements(
    for step: MoveStep, to target: TenantRecord.Isolation
  ) throws -> [PostgresQuery] {
    let id = snapshot.tenant
    switch step {
    case .awaitDeployment, .awaitAcknowledgement, .awaitProbe, .awaitDrain, .done: return []
    case .choose:
      return [DeploymentSQL.choose(target, for: id), log("tenant.move", ["to": target.rawValue])]
    case .prepare:
      return try prepare(target) + [log("tenant.move.prepare", ["to": target.rawValue])]
    case .flip:
      return [
        DeploymentSQL.flip(to: target, for: id), log("tenant.move.flip", ["to": target.rawValue]),
      ]
    case .close:
      return retire(keeping: snapshot.holders(of: target))
        + [log("tenant.move.close", ["to": target.rawValue])]
    }
  }

  // MARK: Opening

  /// New credentials, which can do at once what the ones before can. Who wants some for a shared
  /// tenant wants it to be a dedicated one.
  ///
  /// - Throws: ``Problem`` 409 without the master key of dedicated tenants.
  func issue() throws -> (CredentialPlan, [PostgresQuery]) {
    let number = snapshot.credentialCount + 1
    try masterKeys.verify(snapshot.masterKeys)
    guard
      let plan = CredentialPlan(
        number: number, of: snapshot.tenant, schema: snapshot.schema, masterKeys)
    else { throw Problem.noDedicatedMasterKey }
    let holder = KeyHolder.credential(number)
    let kids = Set(snapshot.copies.map(\.kid))
    return (
      plan,
      [LoginSQL.lockSharedPrivileges]
        + masterKeys.currentChecks.filter { !snapshot.masterKeys.contains($0) }
        .map(MasterKeyStore.insert)
        + CredentialSQL.issue(
          plan, of: snapshot.tenant, role: snapshot.schema, database: snapshot.databaseName,
          serverVersion: snapshot.serverVersion)
        + rowSecurity
        + [CredentialSQL.count(number, of: snapshot.tenant)]
        + (try kids.sorted().map { try copy($0, for: holder, keyVersion: plan.keyVersion) })
        + (try successor(for: [(holder, plan.keyVersion)]))
        + (snapshot.isolation == .shared ? try statements(for: .choose, to: .dedicated) : [])
        + [log("tenant.credentials.issue", ["login": plan.login])]
    )
  }

  /// A policy from before dedicated tenants had some does not let their logins pass yet. What changes
  /// it holds up the tenant's requests, and so must not wait for long.
  private var rowSecurity: [PostgresQuery] {
    snapshot.policyDigest.map {
      [
        "set local statement_timeout = '5s'",
        RowSecurityPolicy.apply(to: snapshot.schema, digest: $0, admitsOwnLogins: true),
        "set local statement_timeout to default",
      ]
    } ?? []
  }

  private func prepare(_ side: TenantRecord.Isolation) throws -> [PostgresQuery] {
    try masterKeys.verify(snapshot.masterKeys)
    let holders = snapshot.holders(of: side)
    var statements: [PostgresQuery] = []
    if side == .shared, !snapshot.isGrantedToCell {
      statements.append(
        LoginSQL.grant(
          snapshot.schema, to: snapshot.cellLogin, serverVersion: snapshot.serverVersion))
    }
    for kid in snapshot.servingKids.sorted() {
      for holder in holders.subtracting(snapshot.holders(of: kid)) {
        statements.append(try copy(kid, for: holder, keyVersion: keyVersion(of: holder)))
      }
    }
    guard snapshot.successor(for: holders) == nil else { return statements }
    return statements + (try successor(for: holders.map { ($0, keyVersion(of: $0)) }))
  }

  private func keyVersion(of holder: KeyHolder) -> Int {
    snapshot.credentials.first { $0.number == holder.credential }?.keyVersion
      ?? masterKeys.shared.currentVersion
  }

  /// A copy of a key that there is.
  private func copy(
    _ kid: String, for holder: KeyHolder, keyVersion: Int
  ) throws -> PostgresQuery {
    for copy in snapshot.copies where copy.kid == kid {
      guard let key = try copy.open(with: masterKeys) else { continue }
      return CredentialSQL.insert(
        copy: try key.sealed(
          for: snapshot.tenant, holder, keyVersion: keyVersion, masterKeys))
    }
    throw TenantKey.CannotOpen()
  }

  private func successor(
    for holders: [(holder: KeyHolder, keyVersion: Int)]
  ) throws -> [PostgresQuery] {
    let key = SigningKey.random(.next)
    let copies = try holders.map {
      try key.sealed(for: snapshot.tenant, $0.holder, keyVersion: $0.keyVersion, masterKeys)
    }
    return copies.prefix(1).map(CredentialSQL.insert(key:))
      + copies.map(CredentialSQL.insert(copy:))
  }

  // MARK: Closing

  /// Takes from everybody else what they had; from then on a key signs that they never knew. The
  /// keys before it verify until their tokens have ended.
  func retire(keeping holders: Set<KeyHolder>) -> [PostgresQuery] {
    let id = snapshot.tenant
    let removed = snapshot.liveCredentials.filter { !holders.contains(.credential($0.number)) }
    let successor = snapshot.successor(for: holders)
    let known = Set(snapshot.copies.filter { $0.state == .next }.map(\.kid)).filter {
      $0 != successor && !snapshot.holders(of: $0).isSubset(of: holders)
    }
    var statements: [PostgresQuery] = []
    if !holders.contains(.shared) {
      if snapshot.isGrantedToCell {
        statements.append(LoginSQL.revoke(snapshot.schema, from: snapshot.cellLogin))
      }
      statements.append(CredentialSQL.deleteSharedCopies(of: id))
    }
    // Not the login's own row, which an open transaction of the login can lock: that is for
    // ``DeploymentStore/removeRevoked()``.
    statements += removed.map { LoginSQL.revoke(snapshot.schema, from: $0.login) }
    statements += removed.map { CredentialSQL.deleteCopies(of: id, credential: $0.number) }
    statements += removed.map { CredentialSQL.revoke($0.number, of: id) }
    statements += known.sorted().map(CredentialSQL.delete(kid:))
    if let successor { statements += CredentialSQL.activate(successor, of: id) }
    statements += removed.map { log("tenant.credentials.revoke", ["login": $0.login]) }
    return statements
  }

  private func log(_ action: String, _ details: [String: String]) -> PostgresQuery {
    DeploymentSQL.log(action, of: snapshot.tenant, by: actor, details)
  }
}

extension Problem {
  fileprivate static let noDedicatedMasterKey = Problem(
    .conflict, type: "not-dedicated", title: "No tenant can be dedicated here",
    detail: "the master key of dedicated tenants is not set")
}
