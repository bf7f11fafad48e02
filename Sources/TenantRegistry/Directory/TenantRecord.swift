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

  public let stored: StoredTenant
  /// The tenant's schema, through its cell's login and as its role.
  public let database: PostgresDatabase
  public let signingKeys: SigningKeyRing

  init(_ stored: StoredTenant, database: PostgresDatabase, signingKeys: SigningKeyRing) {
    self.stored = stored
    self.database = database
    self.signingKeys = signingKeys
  }

  @inlinable public var tenant: Tenant { stored.tenant }
  @inlinable public var state: State { stored.state }
  @inlinable public var isolation: Isolation { stored.isolation }
  @inlinable public var servedBy: Isolation { stored.servedBy }
  @inlinable public var schema: String { stored.schema }
  @inlinable public var role: String { stored.role }
  @inlinable public var namespace: String { stored.namespace }
  @inlinable public var cell: Int { stored.cell }
  @inlinable public var schemaVersion: Int { stored.schemaVersion }
  @inlinable public var limits: TenantLimits { stored.limits }
  /// What is cached under it is good for as long as it stays: see ``StoredTenant/revision``.
  @inlinable public var generation: Int64 { stored.revision }
}
