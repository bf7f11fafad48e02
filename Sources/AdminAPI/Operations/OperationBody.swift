import Foundation
import TenantRegistry

/// An operation in an answer of the admin endpoint.
package struct OperationBody: Codable, Sendable {
  /// How far it is.
  package struct Progress: Codable, Sendable {
    package let done: Int
    /// Not there until it is known.
    package let total: Int?
    /// What is counted.
    package let unit: String
  }

  /// What failed for one tenant.
  package struct Failure: Codable, Sendable {
    package let tenant: String
    package let error: String
  }

  package let id: String
  package let kind: String
  /// The slug of the tenant that it concerns; not there if it concerns many.
  package let tenant: String?
  package let state: String
  package let progress: Progress?
  package let waitingFor: String?
  package let error: String?
  /// The first of the tenants for which it failed: only where one operation is shown.
  package let failures: [Failure]?
  package let actor: String
  package let createdAt: Date
  package let startedAt: Date?
  package let finishedAt: Date?

  enum CodingKeys: String, CodingKey {
    case id, kind, tenant, state, progress
    case waitingFor = "waiting_for"
    case error, failures, actor
    case createdAt = "created_at"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
  }

  init(_ operation: AdminOperation, failures: [AdminOperation.Failure] = []) {
    id = operation.path
    kind = operation.kind.rawValue
    tenant = operation.tenant
    state = operation.state.rawValue
    progress = operation.progress.map { .init(done: $0.done, total: $0.total, unit: $0.unit) }
    waitingFor = operation.waitingFor
    error = operation.error
    self.failures =
      failures.isEmpty ? nil : failures.map { .init(tenant: $0.tenant, error: $0.error) }
    actor = operation.actor
    createdAt = operation.createdAt
    startedAt = operation.startedAt
    finishedAt = operation.finishedAt
  }
}

/// A page of `GET /admin/operations`.
package struct OperationPageBody: Codable {
  package let operations: [OperationBody]
  /// To be sent as `cursor` for the next page; not there on the last.
  package let nextCursor: String?

  enum CodingKeys: String, CodingKey {
    case operations
    case nextCursor = "next_cursor"
  }
}

extension AdminOperation {
  /// Its id as the last segment of its path.
  var path: String { id.uuidString.lowercased() }

  /// Where it is seen.
  var location: String { "/admin/operations/\(path)" }
}
