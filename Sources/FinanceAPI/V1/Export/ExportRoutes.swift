import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/export`.
struct ExportRoutes: V1Feature {
  static let fragment = PackageResources.export_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "export") { request, ledger in
      try await Self.answer(request, ledger.database)
    }
  }

  private enum Format: String, CaseIterable {
    case csv, json, ofx

    var contentType: String {
      switch self {
      case .csv: "text/csv; charset=utf-8; header=present"
      case .json: "application/json"
      case .ofx: "application/x-ofx"
      }
    }
  }

  static func answer(_ request: Request, _ ledger: LedgerDatabase) async throws -> Response {
    let query = QueryReader(request)
    let format = query.optional("format", FieldType<Format>.choice) ?? .csv
    var filter = TransactionFilter()
    filter.startDate = query.optional("start_date", .date)
    filter.endDate = query.optional("end_date", .date)
    filter.accountID = query.optional("account_id", .id)
    filter.order = .oldest
    if format == .json {
      for name in query.filters.keys.sorted() where name != "format" {
        query.report("must not be given with json, which is the whole ledger", at: name)
      }
    }
    if let start = filter.startDate, let end = filter.endDate, end < start {
      query.report("must not be before start_date", at: "end_date")
    }
    try query.finish()
    // Read first, so that whoever may not gets a problem and not half an answer.
    let books = try await ExportStore(ledger).books(at: filter.endDate)
    if let id = filter.accountID, !books.accounts.contains(where: { $0.id == id }) {
      throw NotFound()
    }
    let export: any LedgerExport =
      switch format {
      case .csv: CSVExport(books, ledger, filter)
      case .json: JSONExport(books: books, ledger: ledger)
      case .ofx: OFXExport(books: books, ledger: ledger, filter: filter)
      }
    let name = ExportFileName(
      books.name, from: filter.startDate, to: filter.endDate ?? books.today,
      extension: format.rawValue)
    return Response(
      status: .ok,
      headers: [
        .contentType: format.contentType, .contentDisposition: name.contentDisposition,
        .cacheControl: "no-store",
      ],
      body: ResponseBody { writer in
        try await export.write(to: &writer)
        try await writer.finish(nil)
      })
  }
}

/// A ledger in one of the formats, which is written a page at a time.
protocol LedgerExport: Sendable {
  @concurrent func write(to writer: inout any ResponseBodyWriter) async throws
}

/// What the file that a browser makes of an export is called: the ledger and its days.
struct ExportFileName {
  private let text: String

  init(_ ledger: String, from start: CivilDate?, to end: CivilDate, extension: String) {
    // What some file system takes for a path, a pattern or a device.
    let separators: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|", "%"]
    let name = ledger.unicodeScalars.prefix(100).map { scalar in
      let isControl = scalar.properties.generalCategory == .control || scalar.isLayoutControl
      return isControl || separators.contains(Character(scalar)) ? "-" : Character(scalar)
    }
    let visible = String(name).drop { $0 == "." || $0 == " " }
    let days = [start, end].compactMap { $0?.description }
    text =
      ([visible.isEmpty ? "ledger" : String(visible)] + days).joined(separator: " ")
      + ".\(`extension`)"
  }

  /// RFC 6266, with the name in ASCII for those who know no other.
  var contentDisposition: String {
    let plain = text.unicodeScalars.map { $0.isASCII ? Character($0) : "_" }
    return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(encoded)"
  }

  /// RFC 8187, section 3.2.1.
  private var encoded: String {
    let allowed = Set(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~".utf8)
    return text.utf8.map { byte in
      allowed.contains(byte)
        ? String(UnicodeScalar(byte)) : "%" + byte.hex.uppercased()
    }.joined()
  }
}

extension HTTPField.Name {
  // A constant that is a valid field name.
  fileprivate static let contentDisposition = HTTPField.Name("Content-Disposition")!
}
