import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import FinanceWeb

struct SiteTests {
  private static let site = Site(baseURL: "https://acme.finance.example:8443")

  private static func request(_ headers: HTTPFields) -> Request {
    Request(
      head: .init(method: .post, scheme: nil, authority: nil, path: "/", headerFields: headers),
      body: .init(buffer: ByteBuffer()))
  }

  @Test func aBaseURLIsAnOriginAndAPrefix() {
    #expect(Self.site.origin == "https://acme.finance.example:8443" && Self.site.prefix.isEmpty)
    let path = Site(baseURL: "http://localhost:8080/t/acme", isDevelopment: true)
    #expect(path.origin == "http://localhost:8080" && path.prefix == "/t/acme")
    #expect(path.link("/sign-in") == "/t/acme/sign-in" && !path.isSecure)
  }

  @Test(arguments: [
    "//other.example", "/\\other.example", "https://other.example", "", "ledgers", "/a b", "/\r\nx",
  ])
  func anAddressElsewhereIsNoPageToGoOnWith(text: String) {
    #expect(Self.site.localPath(text) == nil)
  }

  @Test func aPathHereIsOneToGoOnWith() {
    #expect(Self.site.localPath("/ledgers/1?month=2026-11") == "/ledgers/1?month=2026-11")
  }

  @Test func aFormOfThisSiteIsTaken() throws {
    let origin = HTTPField.Name("Sec-Fetch-Site")!  // A valid field name.
    try Self.site.requireOwnForm(Self.request([.origin: Self.site.origin]))
    try Self.site.requireOwnForm(Self.request([origin: "same-origin"]))
    try Self.site.requireOwnForm(Self.request([origin: "same-origin", .origin: Self.site.origin]))
  }

  @Test(arguments: [
    nil, "https://globex.finance.example:8443", "null", "http://acme.finance.example:8443",
  ])
  func aFormOfAnotherSiteIsRefused(origin: String?) {
    #expect(throws: ForeignForm.self) {
      try Self.site.requireOwnForm(Self.request(origin.map { [.origin: $0] } ?? [:]))
    }
  }

  @Test(arguments: ["same-site", "cross-site", "none"])
  func aBrowserThatSaysItIsAnotherSitesIsBelieved(site: String) {
    let name = HTTPField.Name("Sec-Fetch-Site")!  // A valid field name.
    #expect(throws: ForeignForm.self) {
      try Self.site.requireOwnForm(Self.request([name: site, .origin: Self.site.origin]))
    }
  }

  @Test func aCookieBelongsToTheHostOrToThePrefix() throws {
    let removed = SessionCookie(site: Self.site).removing
    #expect(
      removed.hasPrefix("__Host-terrace=;")
        && removed.hasSuffix("Path=/; HttpOnly; SameSite=Lax; Secure"))
    let path = SessionCookie(
      site: Site(baseURL: "http://localhost/t/acme", isDevelopment: true)
    ).removing
    #expect(path.hasPrefix("terrace=;") && path.hasSuffix("Path=/t/acme; HttpOnly; SameSite=Lax"))
  }

  @Test func onlyWhereOneDevelopsIsACookieForPlainHTTP() {
    #expect(Site(baseURL: "http://acme.finance.example").isSecure)
    #expect(Site(baseURL: "https://acme.localhost", isDevelopment: true).isSecure)
  }

  @Test func aFormIsDecodedAsBrowsersEncodeIt() {
    let form = Form(urlEncoded: "a=1+2%2B3&b=&c&a=second")
    #expect(form.text("a") == "1 2+3")
    for name in ["b", "c", "d"] { #expect(form.exact(name).isEmpty) }
  }

  @Test(arguments: ["%00", "a%00", "%01", "%ff", "+%1f+"])
  func whatNoTextHasIsNotAsIfNothingWereTyped(value: String) throws {
    let form = Form(urlEncoded: "name=\(value)&payee=\(value)&memo=\(value)")
    #expect(!form.text("name").isEmpty && !form.text("name").utf8.contains(0))
    let account = try #require(throws: AccountForm.Faults.self) {
      try AccountForm(form).draft(DisplayLocale("en"))
    }
    #expect(account.name == AccountWords.english.accountNameBad)
    let entry = try #require(throws: TransactionForm.Faults.self) {
      try TransactionForm(form).entry(DisplayLocale("en"))
    }
    #expect(entry.payee != nil && entry.memo != nil)
  }
}
