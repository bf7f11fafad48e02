import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Tenancy

/// Takes a file that somebody has chosen for an account. Its fields come before it in the form, so that
/// nothing of a file is kept which is not from this session's own page.
struct ImportUploadRoute {
  /// Bytes that a file may have, with the form around it: as the API's, 50 MiB.
  private static let limit = 50 << 20

  /// Why there is no preview of a file, or it cannot go into the books.
  enum Fault: Error {
    case missingFile, tooLarge, missingAccount, ownExport
  }

  private struct Upload {
    var fields: [(name: String, value: String)] = []
    var file: ImportUpload?
    var size = 0
    /// Whether it says so before it comes; only the form around the file is read then.
    let isTooLarge: Bool

    var form: Form { Form(fields) }
  }

  /// - Parameter account: becomes the one that the form names, for the form that says what is wrong.
  /// - Returns: the preview's id.
  /// - Throws: ``Fault``, `StatementFileError`, ``ForeignForm``, `Problem`; as `ImportUpload`.
  func take(
    _ request: Request, _ visit: LedgerVisit, chosen account: inout Int64?
  ) async throws -> Int64 {
    let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    // A large file takes its time on a slow line.
    visit.user.visit.tenant.source.renewDeadlineWhileBodyComes()
    var form = try MultipartForm(request)
    var upload = Upload(isTooLarge: length > Self.limit)
    do {
      for try await buffer in request.body {
        upload.size += buffer.readableBytes
        guard upload.size <= Self.limit else { throw Fault.tooLarge }
        for event in try form.read(buffer.readableBytesView) {
          try await take(event, into: &upload, visit)
        }
      }
      try form.finish()
      return try await finish(&upload, visit)
    } catch {
      account = upload.form.id("account")
      await upload.file?.discard()
      throw error
    }
  }

  private func take(
    _ event: MultipartForm.Event, into upload: inout Upload, _ visit: LedgerVisit
  ) async throws {
    switch event {
    case .field(let name, let value): upload.fields.append((name, value))
    case .file(let name):
      guard visit.user.session.accepts(formToken: upload.form.exact("csrf")) else {
        throw ForeignForm()
      }
      guard !upload.isTooLarge else { throw Fault.tooLarge }
      guard !name.isEmpty, upload.file == nil else { throw Fault.missingFile }
      guard let account = upload.form.id("account") else { throw Fault.missingAccount }
      do {
        upload.file = try await ImportUpload(visit.database, ImportOptions(accountID: account))
      } catch is NotFound {
        throw Fault.missingAccount
      }
    case .bytes(let bytes):
      try await upload.file?.append(bytes)
    }
  }

  private func finish(_ upload: inout Upload, _ visit: LedgerVisit) async throws -> Int64 {
    guard var file = upload.file else { throw Fault.missingFile }
    var id: Int64 = 0
    defer { upload.file = file }
    _ = try await file.finish(
      nil, readArchive: Self.refuseArchive,
      progress: visit.user.visit.tenant.source.renewDeadline
    ) { made in
      id = made.id
      return StoredAnswer(status: 201, headers: "", body: "")
    }
    return id
  }

  /// An exported ledger comes back by the API.
  ///
  /// - Throws: ``Fault``.
  static func refuseArchive(_ bytes: [UInt8]) throws -> LedgerArchive {
    throw Fault.ownExport
  }
}
