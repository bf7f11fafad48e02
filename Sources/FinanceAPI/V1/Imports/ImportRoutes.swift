import Finance
import HTTPSupport
import Hummingbird
import StatementFormats
import Tenancy

/// `/v1/ledgers/{ledger}/imports`.
struct ImportRoutes: V1Feature {
  static let fragment = PackageResources.imports_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "imports", use: list)
    routes.ledger(.post, "imports", takesQuery: true, use: create)
    routes.ledger(.get, "imports/:import", use: show)
    routes.ledger(.patch, "imports/:import", use: update)
    routes.ledger(.delete, "imports/:import", use: delete)
    routes.ledger(.get, "imports/:import/rows", use: rows)
    routes.ledger(.patch, "imports/:import/rows/:row", use: decide)
    routes.ledger(.post, "imports/:import/publish", use: publish)
    routes.ledger(.post, "imports/:import/revert", use: revert)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let state = query.optional("state", FieldType<ImportState>.choice)
    let list = "imports of \(ledger.database.ledgerID)"
    let cursor = query.cursor(of: list, keys: 1)
    let limit = query.limit()
    try query.finish()
    let page = try await ImportStore(ledger.database)
      .list(state, after: cursor.flatMap { Int64($0.key[0]) }, limit: limit)
    let next = page.next.map { PageCursor([String($0)]).encoded(for: list, query.filters) }
    return .list(page.imports, next: next) { ImportBody(file: $1).write(to: &$0) }
  }

  @Sendable private func create(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = QueryReader(request)
    let options = ImportOptions(query)
    try query.finish()
    let body = try UploadBody(request)
    // A large file takes its time on a slow line.
    ledger.tenant.source.renewDeadlineWhileBodyComes()
    var fingerprint = try request.idempotencyFingerprint()
    var upload = try await ImportUpload(ledger.database, options)
    do {
      try await body.read { bytes in
        fingerprint?.add(bytes)
        try await upload.append(bytes)
      }
      let (answer, isReplay) = try await upload.finish(
        fingerprint?.key, readArchive: LedgerArchive.init(exported:),
        progress: ledger.tenant.source.renewDeadline
      ) { file in
        .created(ImportBody(file: file), at: "imports/\(file.id)")
      }
      return Response(answer, isReplay: isReplay)
    } catch {
      await upload.discard()
      throw error
    }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let file = try await ImportStore(ledger.database).import(try ledger.id("import"))
    return try .one(ImportBody(file: file), for: request)
  }

  @Sendable private func update(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try ImportPatch(try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("import")
    let file = try await ledger.database.write { writer in
      try await writer.updateImport(id, patch) { file in
        try preconditions.check(ImportBody(file: file).entityTag)
      }
    }
    return .changed(ImportBody(file: file))
  }

  @Sendable private func delete(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let id = try ledger.id("import")
    try await ledger.database.write { writer in
      try await writer.deleteImport(id) { file in
        try preconditions.check(ImportBody(file: file).entityTag)
      }
    }
    return Response(status: .noContent)
  }

  @Sendable private func rows(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let id = try ledger.id("import")
    let query = QueryReader(request)
    let filter = query.optional("state", FieldType<ImportStore.RowFilter>.choice)
    let list = "rows of import \(id)"
    let cursor = query.cursor(of: list, keys: 1)
    let limit = query.limit()
    try query.finish()
    let (rows, hasMore) = try await ImportStore(ledger.database)
      .rows(of: id, filter, after: cursor.flatMap { Int($0.key[0]) } ?? 0, limit: limit)
    let next =
      hasMore
      ? rows.last.map { PageCursor([String($0.n)]).encoded(for: list, query.filters) } : nil
    return .list(rows, next: next) { ImportRowBody(row: $1).write(to: &$0) }
  }

  @Sendable private func decide(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let patch = try ImportRowPatch(try await request.patchReader(upTo: ledger.tenant.bodyLimit))
    let id = try ledger.id("import")
    // A row's number fits; anything else is no row's.
    let n = Int(exactly: min(try ledger.id("row"), Int64(Int32.max))) ?? 0
    let row = try await ledger.database.write { writer in
      try await writer.decide(n, of: id, patch) {
        try preconditions.check(ImportRowBody(row: $0).entityTag)
      }
    }
    return .changed(ImportRowBody(row: row))
  }

  @Sendable private func publish(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    try input.body.finish()
    let id = try ledger.id("import")
    return try await ledger.write(input) { writer in
      let file = try await writer.publishImport(
        id, readArchive: LedgerArchive.init(exported:),
        progress: ledger.tenant.source.renewDeadline)
      return .one(ImportBody(file: file))
    }
  }

  @Sendable private func revert(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    try input.body.finish()
    let id = try ledger.id("import")
    return try await ledger.write(input) { writer in
      let result = try await writer.revertImport(
        id, progress: ledger.tenant.source.renewDeadline)
      return .one(RevertedImportBody(result: result))
    }
  }
}

extension ImportOptions {
  fileprivate init(_ query: QueryReader) {
    self.init()
    accountID = query.optional("account_id", .id)
    let names = StatementFormat.allCases.map(\.rawValue)
    format =
      query.optional(
        "format",
        .string("one of auto, \(names.joined(separator: ", "))") { text in
          text == "auto" ? .some(nil) : StatementFormat(rawValue: text).map(Optional.some)
        }) ?? nil
    encoding = query.optional("encoding", .choice)
    createsCategories = query.optional(
      "create_categories", .string("true or false") { Bool($0) })
  }
}
