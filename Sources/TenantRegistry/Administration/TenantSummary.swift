import Foundation
import Tenancy

/// A tenant as an admin sees it.
public struct TenantSummary: Sendable, Equatable {
  public let tenant: Tenant
  public let state: TenantRecord.State
  public let isolation: TenantRecord.Isolation
  /// The deployment that serves it now; while it moves, not the one that was asked for.
  public let servedBy: TenantRecord.Isolation
  public let schema: String
  public let role: String
  public let cell: Int
  /// The Kubernetes namespace that is, or would be, the tenant's own.
  public let namespace: String
  public let schemaVersion: Int
  public let createdAt: Date
  public let limits: TenantLimits
}
