import Finance
import HTTPSupport
import Hummingbird
import StatementFormats
import Tenancy

/// `/ledgers/{ledger}/imports`: files of banks, before they go into the books and after.
struct ImportRoutes {
  private static let filesShown = 20
  private static let pageLength = 50

  func add(to routes: PageRoutes) {
    routes.ledgerGet("/imports", use: list)
    routes.ledgerUpload("/imports", use: upload)
    routes.ledgerGet("/imports/:import", use: show)
    routes.ledgerPost("/imports/:import", use: answer)
    routes.ledgerPost("/imports/:import/rows/:row", use: decide)
    routes.ledgerPost("/imports/:import/publish", use: publish)
    routes.ledgerPost("/imports/:import/revert", use: revert)
    routes.ledgerPost("/imports/:import/discard", use: discard)
  }

  // MARK: Files

  @Sendable private func list(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    try await respond(fault: nil, account: request.query.id("account"), request, visit)
  }

  @Sendable private func upload(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let words = visit.words.importWords
    let wording = ImportWording(words: words)
    var account: Int64?
    let text: String
    do {
      let id = try await ImportUploadRoute().take(request, visit, chosen: &account)
      return .see(visit.link("/imports/\(id)"))
    } catch let fault as ImportUploadRoute.Fault {
      text =
        switch fault {
        case .missingFile: words.chooseFile
        case .tooLarge: words.fileTooLarge
        case .missingAccount: visit.words.accountBad
        case .ownExport: words.fileOwnExport
        }
    } catch let error as StatementFileError {
      text = wording.text(error)
    } catch let error as BooksConflict {
      text = wording.text(error)
    }
    return try await respond(fault: text, account: account, request, visit)
  }

  /// - Parameter account: the one that is chosen in the form.
  private func respond(
    fault: String?, account: Int64?, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    async let listed = ImportStore(visit.database).list(nil, after: nil, limit: Self.filesShown)
    async let accountList = AccountStore(visit.database).list(at: nil)
    let (files, accounts) = try await (listed.imports, accountList)
    let page = ImportsPage(
      files, accounts, chosen: account, fault: fault, Notice(request, visit), visit)
    return .html(
      Templates.render(
        "imports", visit.page(visit.words.importWords.importTitle, section: .imports), page),
      status: fault == nil ? .ok : .unprocessableContent, for: request)
  }

  // MARK: One file

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    try await respond(to: nil, request, visit)
  }

  private func respond(
    to refusal: ImportPage.Refusal?, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("import")
    let shown = ImportPage.Shown(request.query)
    let store = ImportStore(visit.database)
    async let found = store.import(id)
    async let listed = store.rows(
      of: id, shown.filter, after: shown.after, limit: Self.pageLength)
    async let accountList = AccountStore(visit.database).list(at: nil)
    let (file, rows, accounts) = try await (found, listed, accountList)
    let page = ImportPage(
      file, rows, shown, accounts, refusal, Notice(request, visit), visit)
    return .html(
      Templates.render("import", visit.page(page.title, section: .imports), page),
      status: refusal == nil ? .ok : .unprocessableContent, for: request)
  }

  @Sendable private func answer(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("import")
    let next = visit.link("/imports/\(id)")
    return try await changing(request, visit, answers: form, then: next) { writer in
      let patch = try ImportAnswers.patch(form, for: try await writer.import(id))
      _ = try await writer.updateImport(id, patch) { _ in }
    }
  }

  @Sendable private func decide(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("import")
    // A row's number fits; anything else is no row's.
    let n = Int(exactly: min(try visit.user.id("row"), Int64(Int32.max))) ?? 0
    guard let decision = ImportDecision(rawValue: form.text("decision")) else { throw NotFound() }
    let site = visit.user.site
    let back = site.localPath(form.text("back")).map { site.link("\($0)#row-\(n)") }
    let next = back ?? visit.link("/imports/\(id)")
    return try await changing(request, visit, then: next) { writer in
      var patch = ImportRowPatch()
      patch.decision = .set(decision)
      _ = try await writer.decide(n, of: id, patch) { _ in }
    }
  }

  // MARK: Into the books, and back

  @Sendable private func publish(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("import")
    let next = visit.link("/imports/\(id)?done=\(Notice.Kind.published.rawValue)&id=\(id)")
    return try await changing(request, visit, then: next) { writer in
      _ = try await writer.publishImport(
        id, readArchive: ImportUploadRoute.refuseArchive,
        progress: visit.user.visit.tenant.source.renewDeadline)
    }
  }

  @Sendable private func revert(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("import")
    let next = visit.link("/imports/\(id)?done=\(Notice.Kind.reverted.rawValue)")
    return try await changing(request, visit, then: next) { writer in
      _ = try await writer.revertImport(
        id, progress: visit.user.visit.tenant.source.renewDeadline)
    }
  }

  @Sendable private func discard(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("import")
    let next = visit.link("/imports?done=\(Notice.Kind.discarded.rawValue)")
    return try await changing(request, visit, then: next) { writer in
      try await writer.deleteImport(id) { _ in }
    }
  }

  /// Makes a change, or says on the file's page why it cannot be made.
  ///
  /// - Parameters:
  ///   - answers: are shown again there.
  ///   - next: where it goes on after the change.
  private func changing(
    _ request: Request, _ visit: LedgerVisit, answers: Form? = nil, then next: String,
    _ change: (LedgerWriter) async throws -> Void
  ) async throws -> Response {
    let words = visit.words.importWords
    let wording = ImportWording(words: words)
    let fault: String
    do {
      try await visit.database.write(change)
      return .see(next)
    } catch ImportUploadRoute.Fault.ownExport {
      fault = words.fileOwnExport
    } catch ImportAnswers.Fault.missing {
      fault = words.answersMissing
    } catch ImportAnswers.Fault.columns {
      fault = words.columnsBad
    } catch let error as StatementFileError {
      fault = wording.text(error)
    } catch let error as BooksConflict {
      fault = wording.text(error)
    } catch let error as InvalidInput {
      fault = wording.text(error)
    }
    return try await respond(
      to: ImportPage.Refusal(fault: fault, answers: answers), request, visit)
  }
}
