import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// Pages where no tenant is: at the base domain itself, and at an address of nobody. They ask for the
/// tenant's name and go there. They look nothing up, so that they say nothing of who is a tenant.
package enum ApexPages {
  /// - Parameter isApex: whether the address is none that a tenant could have.
  /// - Returns: nil to whoever cannot show a page, or asked for something else there.
  package static func response(
    to request: Request, isApex: Bool, _ addresses: TenantAddresses
  ) -> Response? {
    guard request.wantsHTML, request.method == .get || request.method == .head else { return nil }
    guard !isApex || request.uri.path == "/" else { return nil }
    let locale = DisplayLocale(acceptLanguage: request.headers[.acceptLanguage] ?? "")
    let words = locale.texts.words
    let typed = request.query.text("tenant")
    var page = ApexPage(
      title: isApex ? words.apexWords.apexTitle : words.unknownTenantTitle,
      text: isApex ? words.apexWords.apexText : words.unknownTenantText, addresses)
    if !typed.isEmpty {
      if let tenant = try? Slug(typed.lowercased()) { return .see(addresses.home(of: tenant)) }
      page.typed = typed
      page.fault = words.apexWords.tenantNameBad
    }
    var frame = PageFrame(
      title: page.title, tenant: "Terrace", site: Site(baseURL: ""), locale: locale)
    frame.theme = Theme(request)
    frame.isBare = true
    var response = Response.html(
      Templates.render("apex", frame, page),
      status: page.fault != nil ? .unprocessableContent : isApex ? .ok : .notFound, isBare: true,
      for: request)
    if let source = addresses.policySource {
      // A browser holds a form to where it leads in the end.
      response.headers[.contentSecurityPolicy] = response.headers[.contentSecurityPolicy]?
        .replacing("form-action 'self'", with: "form-action 'self' \(source)")
    }
    return response
  }
}

private struct ApexPage: Sendable {
  let title: String
  let text: String
  let before: String?
  let after: String?
  var typed = ""
  var fault: String?

  init(title: String, text: String, _ addresses: TenantAddresses) {
    self.title = title
    self.text = text
    before = addresses.shownStart
    after = addresses.shownEnd
  }
}
