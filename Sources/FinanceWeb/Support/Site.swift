import HTTPSupport
import HTTPTypes
import Hummingbird

/// Where a tenant's pages are, as the browser has it.
struct Site: Sendable {
  /// Such as `https://acme.finance.example`.
  let origin: String
  /// What every link begins with: `/t/acme` of a path URL, or empty.
  let prefix: String

  /// Whether the browser keeps what it is told for TLS alone.
  let isSecure: Bool

  /// - Parameter isDevelopment: whether pages may be on plain HTTP.
  init(_ context: TenantContext, isDevelopment: Bool) {
    self.init(baseURL: context.source.baseURL(), isDevelopment: isDevelopment)
  }

  init(baseURL: String, isDevelopment: Bool = false) {
    let authority = baseURL.range(of: "://").map { baseURL[$0.upperBound...] } ?? ""
    let path = authority.firstIndex(of: "/") ?? authority.endIndex
    origin = String(baseURL[..<path])
    prefix = String(baseURL[path...])
    isSecure = !isDevelopment || origin.hasPrefix("https://")
  }

  /// The link to a page, whose path begins with a slash.
  func link(_ path: String) -> String { prefix + path }

  /// The page to go on with, if a query or a form names one of this site. Another site's is none: a
  /// browser reads `//other.example` and `/\other.example` as addresses there.
  func localPath(_ text: String) -> String? {
    guard text.first == "/", text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return nil
    }
    let second = text.dropFirst().first
    return second == "/" || second == "\\" ? nil : text
  }

  /// The page of this site that a form was on, or a link, as the browser says. Pages tell it to their own
  /// site alone.
  func page(before request: Request) -> String? {
    guard let page = request.headers[.referer], page.hasPrefix("\(origin)\(prefix)/") else {
      return nil
    }
    return localPath(String(page.dropFirst(origin.count + prefix.count)))
  }

  /// Refuses what another site's page has sent here, a sibling tenant's included: `same-site` is
  /// another tenant.
  ///
  /// - Throws: ``ForeignForm``.
  func requireOwnForm(_ request: Request) throws(ForeignForm) {
    if let fetchSite = request.headers[.secFetchSite] {
      guard fetchSite == "same-origin" else { throw ForeignForm() }
    }
    guard let origin = request.headers[.origin] else {
      // Browsers send one of both with every form.
      if request.headers[.secFetchSite] == nil { throw ForeignForm() }
      return
    }
    guard origin == self.origin else { throw ForeignForm() }
  }
}

/// A form that did not come from this tenant's own pages, or from those of a session that has ended.
struct ForeignForm: Error {}

extension HTTPField.Name {
  // A constant that is a valid field name.
  fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
