import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/categories`.
struct CategoryRoutes: V1Feature {
  static let fragment = PackageResources.categories_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "categories", use: list)
    routes.ledger(.post, "categories", use: create)
    routes.ledger(.get, "categories/:category", use: show)
    routes.ledger(.patch, "categories/:category", use: update)
    routes.ledger(.delete, "categories/:category", use: delete)
    routes.ledger(.post, "categories/:category/merge", use: merge)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let page = query.wholeListPage(of: "categories of \(ledger.database.ledgerID)")
    try query.finish()
    let categories = try await CategoryStore(ledger.database).list()
    return page.response(categories, id: \.id) {
      CategoryBody(category: $1).write(to: &$0)
    }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    let draft = try CategoryDraft(input.body)
    return try await ledger.write(input) { writer in
      let category = try await writer.createCategory(draft)
      return .created(CategoryBody(category: category), at: "categories/\(category.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let category = try await CategoryStore(ledger.database).category(try ledger.id("category"))
    return try .one(CategoryBody(category: category), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try CategoryPatch(try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("category")
    let category = try await ledger.database.write { writer in
      try await writer.updateCategory(id, patch) {
        try preconditions.check(CategoryBody(category: $0).entityTag)
      }
    }
    return .changed(CategoryBody(category: category))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("category")
    try await ledger.database.write { writer in
      try await writer.deleteCategory(id) {
        try preconditions.check(CategoryBody(category: $0).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func merge(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let input = try await V1Input(request, ledger)
    let other = try input.body.mergeTarget()
    let id = try ledger.id("category")
    return try await ledger.write(input) { writer in
      let category = try await writer.mergeCategory(id, into: other)
      return .one(CategoryBody(category: category))
    }
  }
}

struct CategoryBody: V1Body {
  let category: Category

  var version: Int64 { category.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: category.id)
      json.member("name", category.name)
      json.member("kind", category.kind.rawValue)
      json.member("parent_id", id: category.parentID)
      json.member("archived", category.isArchived)
      json.member("created_at", category.createdAt)
      json.member("updated_at", category.updatedAt)
    }
  }
}

extension BodyReader {
  /// The body of a merge: `{"into"}`, with the id of what takes all.
  func mergeTarget() throws -> Int64 {
    let other = required("into", .id)
    try finish()
    guard let other else { throw problem }
    return other
  }
}

extension CategoryDraft {
  fileprivate init(_ body: BodyReader) throws {
    let name = body.required("name", .name(upTo: 100))
    let kind = body.required("kind", FieldType<Category.Kind>.choice)
    let parentID = body.optional("parent_id", .id)
    let isArchived = body.optional("archived", .bool)
    try body.finish()
    guard let name, let kind else { throw body.problem }
    self.init(name: name, kind: kind, parentID: parentID, isArchived: isArchived ?? false)
  }
}

extension CategoryPatch {
  fileprivate init(_ body: BodyReader) throws {
    self.init()
    name = body.replacement("name", .name(upTo: 100))
    parentID = body.change("parent_id", .id)
    isArchived = body.replacement("archived", .bool)
    try body.finish()
  }
}
