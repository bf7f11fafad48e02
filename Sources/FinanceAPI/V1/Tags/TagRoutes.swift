import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/tags`.
struct TagRoutes: V1Feature {
  static let fragment = PackageResources.tags_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "tags", use: list)
    routes.ledger(.get, "tags/:tag", use: show)
    routes.ledger(.patch, "tags/:tag", use: update)
    routes.ledger(.delete, "tags/:tag", use: delete)
    routes.ledger(.post, "tags/:tag/merge", use: merge)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let page = query.wholeListPage(of: "tags of \(ledger.database.ledgerID)")
    try query.finish()
    let tags = try await TagStore(ledger.database).list()
    return page.response(tags, id: \.id) {
      TagBody(tag: $1).write(to: &$0)
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let tag = try await TagStore(ledger.database).tag(try ledger.id("tag"))
    return try .one(TagBody(tag: tag), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try await request.patchReader(upTo: ledger.tenant.bodyLimit)
    let name = body.replacement("name", .tag)
    try body.finish()
    let id = try ledger.id("tag")
    let tag = try await ledger.database.write { writer in
      try await writer.renameTag(id, to: name) {
        try preconditions.check(TagBody(tag: $0).entityTag)
      }
    }
    return .changed(TagBody(tag: tag))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("tag")
    try await ledger.database.write { writer in
      try await writer.deleteTag(id) {
        try preconditions.check(TagBody(tag: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func merge(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let input = try await V1Input(request, ledger)
    let other = try input.body.mergeTarget()
    let id = try ledger.id("tag")
    return try await ledger.write(input) { writer in
      let tag = try await writer.mergeTag(id, into: other)
      return .one(TagBody(tag: tag))
    }
  }
}

struct TagBody: V1Body {
  let tag: Tag

  /// Counts change with each transaction, and the tag does not.
  var version: Int64 { tag.version }

  static let hasFigures = true

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: tag.id)
      json.member("name", tag.name)
      json.member("transaction_count", Int(tag.transactionCount))
      json.member("created_at", tag.createdAt)
      json.member("updated_at", tag.updatedAt)
    }
  }
}
