import Finance
import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// What people see where something is not as they want it.
package enum ErrorPages {
  /// A problem, or a page of the same status to whoever can show one, as they want things written. Whose
  /// session has ended signs in and comes back.
  static func response(
    to error: any Error, of request: Request, _ visit: Visit
  ) async -> Response {
    let site = visit.site
    if error is InvalidToken, request.wantsHTML {
      let isPage = request.method == .get || request.method == .head
      let next =
        isPage ? request.head.path.flatMap(site.localPath) : site.page(before: request)
      let query = next.map { $0 == "/" ? "" : "?next=\($0.queryEncoded)" } ?? ""
      return .see(site.link("/sign-in\(query)"), cookie: SessionCookie(site: site).removing)
    }
    let answer = ErrorResponse.make(for: problem(of: error), in: visit.tenant)
    guard request.wantsHTML else { return answer }
    var locale = visit.locale
    // Where there is too much to do, nothing is looked up for it.
    if answer.status != .serviceUnavailable { locale = await visit.readersLocale(request) }
    return page(
      Subject(
        status: answer.status, headers: answer.headers, type: nil,
        tenant: visit.tenant.tenant.displayName, home: site.link("/"),
        limit: visit.tenant.bodyLimit),
      site, locale, request)
  }

  /// The page in place of an answer of the gateway, which has found no tenant to ask, or none that is
  /// served now.
  ///
  /// - Parameter tenant: the tenant's name, if it is known.
  /// - Returns: nil to whoever cannot show one.
  package static func response(
    to problem: Problem, of request: Request, tenant: String?
  ) -> Response? {
    guard request.wantsHTML else { return nil }
    return page(
      Subject(
        status: problem.status, headers: problem.headers, type: problem.type, tenant: tenant,
        home: nil, limit: Request.bodyLimit),
      nil, DisplayLocale(acceptLanguage: request.headers[.acceptLanguage] ?? ""), request)
  }

  private static func problem(of error: any Error) -> any Error {
    switch error {
    case is NotFound, is LedgerNotFound: Problem.status(.notFound)
    case is LedgerRoleTooLow, AccessError.notOwner: Problem.status(.forbidden)
    case is ForeignForm:
      Problem(
        .forbidden, type: "foreign-form", title: "The form was not sent from this site's pages")
    case let error as TooManyAttempts: Problem.tooManyRequests(retryAfter: error.retryAfter)
    case is PasswordHasher.Busy:
      Problem.unavailable(type: "overloaded", title: "Too many sign in just now", retryAfter: 2)
    case let error as InvalidInput:
      Problem.invalid(
        error.faults.map { .init(field: $0.path.joined(separator: "."), message: $0.message) })
    case let error as BooksConflict:
      Problem(
        .conflict, type: error.kind, title: "The ledger does not allow the change",
        detail: error.detail)
    default: error
    }
  }

  /// What the page is about.
  private struct Subject {
    let status: HTTPResponse.Status
    let headers: HTTPFields
    /// Of the gateway's problems.
    let type: String?
    let tenant: String?
    let home: String?
    /// Bytes that a form may have.
    let limit: Int
  }

  private struct Content: Sendable {
    let status: Int
    let title: String
    let text: String
    let home: String?
  }

  private static func page(
    _ subject: Subject, _ site: Site?, _ locale: DisplayLocale, _ request: Request
  ) -> Response {
    let (title, text) = words(subject, locale.texts.words)
    var frame = PageFrame(
      title: title, tenant: subject.tenant ?? "Terrace", site: site ?? Site(baseURL: ""),
      locale: locale)
    frame.theme = Theme(request)
    // Where no tenant is served, no file is either.
    frame.isBare = site == nil
    let content = Content(
      status: subject.status.code, title: title, text: text, home: subject.home)
    var headers = subject.headers
    headers[.contentLength] = nil
    return .html(
      Templates.render("error", frame, content), status: subject.status, headers: headers,
      isBare: frame.isBare, for: request)
  }

  private static func size(_ bytes: Int) -> String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
  }

  private static func words(_ subject: Subject, _ words: Words) -> (title: String, text: String) {
    switch (subject.status.code, subject.type) {
    case (_, "tenant-suspended"): (words.suspendedTitle, words.suspendedText)
    case (_, "unknown-tenant"): (words.unknownTenantTitle, words.unknownTenantText)
    case (_, "tenant-migrating"): (words.upgradingTitle, words.upgradingText)
    case (403, _): (words.forbiddenTitle, words.forbiddenText)
    case (404, _), (405, _): (words.notFoundTitle, words.notFoundText)
    case (413, _): (words.tooLargeTitle, words.tooLargeText.filled(size(subject.limit)))
    case (410, _): (words.goneTitle, words.goneText)
    case (429, _): (words.tooManyTitle, words.tooManyText)
    case (503, _): (words.unavailableTitle, words.unavailableText)
    case (400..<500, _): (words.badRequestTitle, words.badRequestText)
    default: (words.faultTitle, words.faultText)
    }
  }
}

extension String {
  /// The text as a value in a query.
  var queryEncoded: String {
    // Every character can be encoded.
    addingPercentEncoding(withAllowedCharacters: .unreservedInQueries)!
  }
}

extension CharacterSet {
  fileprivate static let unreservedInQueries = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
}
