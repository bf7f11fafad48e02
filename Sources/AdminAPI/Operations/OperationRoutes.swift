import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy
import TenantRegistry

/// `/admin/operations`, and what begins one for all tenants: `/admin/fleet`.
struct OperationRoutes: Sendable {
  let operations: TenantOperations

  /// - Parameter admin: the group of `/admin`.
  func addRoutes(to admin: RouterGroup<AdminContext>) {
    admin.get("operations") { request, _ in try await list(request) }
    admin.get("operations/:id") { _, context in try await show(context.operationID()) }
    admin.post("operations/:id/cancel") { _, context in
      try await cancel(context.operationID(), context.actor)
    }
    admin.post("operations/:id/retry") { _, context in
      try Response.accepted(
        try await operations.retry(context.operationID(), actor: context.actor.name))
    }
    admin.post("fleet/migrate") { _, context in
      try Response.accepted(try await operations.migrateFleet(actor: context.actor.name))
    }
  }

  private func list(_ request: Request) async throws -> Response {
    let page = try await operations.operations(
      OperationPageQuery.parse(request.uri.queryParameters.map { ($0.key, $0.value) }))
    return try .json(
      OperationPageBody(
        operations: page.operations.map { OperationBody($0) },
        nextCursor: page.next.map(OperationPageQuery.cursor)))
  }

  private func show(_ id: UUID) async throws -> Response {
    let (operation, failures) = try await operations.operation(id)
    return try .json(OperationBody(operation, failures: failures))
  }

  /// 202 while the process that runs it has not heard of it.
  private func cancel(_ id: UUID, _ actor: AdminActor) async throws -> Response {
    let operation = try await operations.cancel(id, actor: actor.name)
    return try .json(
      OperationBody(operation), status: operation.state == .cancelled ? .ok : .accepted)
  }
}

extension Response {
  /// 202 with an operation, and where it is seen.
  static func accepted(_ operation: AdminOperation) throws -> Response {
    try .json(
      OperationBody(operation), status: .accepted, headers: [.location: operation.location])
  }
}

extension AdminContext {
  /// - Throws: ``Problem`` 404: nothing else is the id of an operation.
  fileprivate func operationID() throws -> UUID {
    guard let id = UUID(uuidString: try pathParameter("id")) else {
      throw Problem.unknownOperation
    }
    return id
  }
}

/// The query of `GET /admin/operations`.
enum OperationPageQuery {
  /// - Throws: ``Problem`` 400 naming every parameter that is wrong or unknown.
  static func parse(_ parameters: some Sequence<(key: Substring, value: Substring)>) throws
    -> OperationPageRequest
  {
    var page = OperationPageRequest()
    try QueryParameters.read(parameters) { set($0, $1, in: &page) }
    return page
  }

  /// What is wrong with the parameter, if anything is.
  private static func set(
    _ name: Substring, _ value: String, in page: inout OperationPageRequest
  ) -> String? {
    switch name {
    case "limit":
      guard let limit = Int(value), (1...200).contains(limit) else {
        return "must be a number from 1 to 200"
      }
      page.limit = limit
    case "cursor":
      guard let number = number(fromCursor: value) else { return "is not one that was given out" }
      page.before = number
    case "state":
      guard let state = AdminOperation.State(rawValue: value) else {
        return "must be one of "
          + AdminOperation.State.allCases.map(\.rawValue).joined(separator: ", ")
      }
      page.state = state
    case "kind":
      guard isKind(value) else { return "can only have a-z, hyphens and dots" }
      page.kind = AdminOperation.Kind(rawValue: value)
    case "tenant":
      guard TenantPageQuery.isSlugText(value) else {
        return "can only have a-z, 0-9 and hyphens"
      }
      page.tenant = value
    default: return "is not a known parameter"
    }
    return nil
  }

  static func cursor(before number: Int64) -> String { Array(String(number).utf8).base64URL }

  private static func number(fromCursor cursor: String) -> Int64? {
    [UInt8](base64URL: cursor).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
  }

  private static func isKind(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: ".")
    }
  }
}
