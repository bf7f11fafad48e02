import Foundation
import PostgresClient
import Tenancy

/// What a gateway knows of a tenant: an immutable row of the directory's snapshot.
///
/// A class, since every request takes one from the snapshot and a struct of this size would cost
/// a reference count for each of its fields. Who serves a request by it holds it until the request is
/// over: a move of the tenant waits for that.
public final class TenantRecord: Sendable {
  public enum State: String, Sendable, CaseIterable, Codable {
    case provisioning, active, suspended, deleted
  }

  public enum Isolation: String, Sendable, CaseIterable, Codable {
    /// Served by the shared deployment.
    case shared
    /// Has credentials of its own, and is served by its own deployment once there is one.
    case dedicated
  }

  public let tenant: Tenant
  public let state: State
  /// What was asked for.
  public let isolation: Isolation
  /// The deployment that serves the tenant now.
  public let servedBy: Isolation
  public let schema: String
  public let role: String
  /// The Kubernetes namespace that is, or would be, the tenant's own.
  public let namespace: String
  /// The cell whose login reaches the tenant.
  public let cell: Int
  /// The number of the last tenant migration that its schema has.
  public let schemaVersion: Int
  /// The revision of the registry in which the tenant, its hosts or its keys last changed: what
  /// is cached under it is good for as long as it stays.
  public let generation: Int64
  /// The tenant's schema, through its cell's login and as its role.
  public let database: PostgresDatabase
  public let signingKeys: SigningKeyRing
  public let limits: TenantLimits

  init(
    tenant: Tenant, state: State, isolation: Isolation, servedBy: Isolation, schema: String,
    namespace: String, cell: Int, schemaVersion: Int, generation: Int64, database: PostgresDatabase,
    signingKeys: SigningKeyRing, limits: TenantLimits
  ) {
    self.tenant = tenant
    self.state = state
    self.isolation = isolation
    self.servedBy = servedBy
    self.schema = schema
    self.namespace = namespace
    role = schema
    self.cell = cell
    self.schemaVersion = schemaVersion
    self.generation = generation
    self.database = database
    self.signingKeys = signingKeys
    self.limits = limits
  }
}
