import Foundation
import HTTPSupport
import PostgresClient

/// What admins see of stored operations and do with them.
public struct TenantOperations: Sendable {
  /// How many of the tenants for which an operation failed are named.
  public static let maximumFailures = 100

  private let store: OperationStore

  /// - Parameter owner: the registry's database as the owner.
  public init(owner: PostgresDatabase) {
    store = OperationStore(database: owner)
  }

  /// Operations, the newest first.
  public func operations(_ page: OperationPageRequest) async throws -> OperationPage {
    try await store.operations(page)
  }

  /// - Returns: the operation with the first ``maximumFailures`` of its failures.
  /// - Throws: ``Problem`` 404; ``PostgresError``.
  public func operation(_ id: UUID) async throws -> (AdminOperation, [AdminOperation.Failure]) {
    guard let operation = try await store.operation(id) else { throw Problem.unknownOperation }
    return (operation, try await store.failures(of: id, limit: Self.maximumFailures))
  }

  /// Asks for every tenant that is behind to be migrated. While one such operation is not finished,
  /// it is that one.
  ///
  /// - Parameter actor: who asks, for the audit log.
  public func migrateFleet(actor: String) async throws -> AdminOperation {
    try await store.add(
      .migrateFleet, arguments: FleetMigration.Arguments(), actor: actor, audit: "fleet.migrate"
    ).operation
  }

  /// Has a move go on that was begun, also when nobody asks.
  ///
  /// - Parameter progress: what ``TenantDeployments/move(slug:to:actor:if:)`` said of it.
  public func goOn(
    with progress: MoveProgress, to target: TenantRecord.Isolation, actor: String
  ) async throws -> AdminOperation {
    try await store.add(
      .moveTenant, tenant: progress.snapshot.tenant,
      arguments: DeploymentMove.Arguments(servedBy: target), actor: actor
    ).operation
  }

  /// Ends an operation. One that runs ends within seconds: what it has done stays.
  ///
  /// - Throws: ``Problem`` 404, or 409 `operation-finished`; ``PostgresError``.
  public func cancel(_ id: UUID, actor: String) async throws -> AdminOperation {
    let isCancelled = try await store.cancel(id, actor: actor)
    guard let operation = try await store.operation(id) else { throw Problem.unknownOperation }
    guard isCancelled else {
      throw Problem(
        .conflict, type: "operation-finished", title: "The operation is finished",
        detail: "it is \(operation.state.rawValue)")
    }
    return operation
  }

  /// Has an operation that failed or was cancelled run again.
  ///
  /// - Throws: ``Problem`` 404; 409 `operation-not-failed`, or `operation-under-way` if another one
  ///   does the same by now; ``PostgresError``.
  public func retry(_ id: UUID, actor: String) async throws -> AdminOperation {
    do {
      let isQueued = try await store.retry(id, actor: actor)
      guard let operation = try await store.operation(id) else { throw Problem.unknownOperation }
      guard isQueued else {
        throw Problem(
          .conflict, type: "operation-not-failed",
          title: "The operation has neither failed nor been cancelled",
          detail: "it is \(operation.state.rawValue)")
      }
      return operation
    } catch let error as PostgresError where error.violates("operations_unfinished_idx") {
      throw Problem(
        .conflict, type: "operation-under-way", title: "Another operation does the same",
        detail: "one of the same kind for the same tenant is not finished")
    }
  }
}

extension Problem {
  package static let unknownOperation = Problem(
    .notFound, type: "unknown-operation", title: "There is no such operation")
}
