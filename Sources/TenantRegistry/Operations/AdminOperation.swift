import Foundation
import PostgresClient
import Tenancy

/// Work that takes longer than a request, as the registry keeps it. An admin process that lives runs
/// it; if that process dies, another goes on.
public struct AdminOperation: Sendable, Equatable {
  /// What is done. A build lists kinds that it does not know, and leaves them to others.
  public struct Kind: RawRepresentable, Sendable, Hashable {
    /// Migrate every tenant whose schema is behind.
    public static let migrateFleet = Kind(rawValue: "fleet.migrate")
    /// Have a tenant be served by the other deployment.
    public static let moveTenant = Kind(rawValue: "tenant.move")

    public let rawValue: String

    public init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  public enum State: String, Sendable, CaseIterable, Codable {
    /// No process has begun yet.
    case queued
    case running
    /// Nothing can be done until something else has happened: see ``AdminOperation/waitingFor``.
    case waiting
    case succeeded, failed, cancelled
  }

  public struct Progress: Sendable, Equatable {
    public var done: Int
    /// Nil until it is known.
    public var total: Int?
    /// What is counted, such as `tenants`.
    public var unit: String
  }

  /// What failed for one tenant, where an operation concerns many.
  public struct Failure: Sendable, Equatable {
    /// The tenant's slug.
    public let tenant: String
    public let error: String
  }

  public let id: UUID
  public let kind: Kind
  /// The slug of the tenant that it concerns; nil if it concerns many.
  public let tenant: String?
  public let state: State
  /// Nil where nothing is counted.
  public let progress: Progress?
  /// What it last waited for.
  public let waitingFor: String?
  /// Why it failed.
  public let error: String?
  /// Who asked for it.
  public let actor: String
  public let createdAt: Date
  public let startedAt: Date?
  public let finishedAt: Date?
  /// The place in the order in which operations were asked for.
  let number: Int64
  /// The operation's own parameters, as JSON: all that is needed to go on after a crash.
  let arguments: Data

  /// The columns of ``init(_:)``, of `registry.operations o`.
  static let columns: StaticString = """
    o.id, o.number, o.kind, o.state, o.done, o.total, o.unit, o.waiting_for, o.error, o.actor,
      o.created_at, o.started_at, o.finished_at, o.arguments,
      (select h.name from registry.hosts h
        where h.tenant_id = o.tenant_id and h.kind = 'slug') as tenant
    """

  init(_ row: PostgresRow) throws(PostgresError) {
    id = try row.decode("id")
    number = try row.decode("number")
    kind = Kind(rawValue: try row.decode("kind"))
    tenant = try row.decodeIfPresent("tenant")
    state = try row.decodeCase("state")
    if let unit = try row.decodeIfPresent("unit", as: String.self) {
      progress = Progress(
        done: try row.decode("done"), total: try row.decodeIfPresent("total"), unit: unit)
    } else {
      progress = nil
    }
    waitingFor = try row.decodeIfPresent("waiting_for")
    error = try row.decodeIfPresent("error")
    actor = try row.decode("actor")
    createdAt = try row.decode("created_at")
    startedAt = try row.decodeIfPresent("started_at")
    finishedAt = try row.decodeIfPresent("finished_at")
    arguments = Data(try row.decode("arguments", as: String.self).utf8)
  }
}

/// Which operations to list, the newest first.
public struct OperationPageRequest: Sendable {
  /// 1 to 200.
  public var limit = 50
  /// List only what was asked for before this one: ``OperationPage/next``.
  public var before: Int64?
  public var state: AdminOperation.State?
  public var kind: AdminOperation.Kind?
  /// The slug of a tenant, or a former one.
  public var tenant: String?

  public init() {}
}

/// Some operations, and where to go on.
public struct OperationPage: Sendable {
  public let operations: [AdminOperation]
  /// Nil on the last page.
  public let next: Int64?
}
