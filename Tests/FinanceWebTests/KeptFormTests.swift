import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import FinanceWeb

struct KeptFormTests {
  private static let site = Site(baseURL: "https://acme.example")

  private static func kept(_ text: String, at path: String = "/ledgers/1/transactions") -> KeptForm?
  {
    let request = Request(
      head: .init(
        method: .post, scheme: nil, authority: nil, path: path,
        headerFields: [.referer: "https://acme.example/ledgers/1/transactions/new"]),
      body: .init(buffer: ByteBuffer()))
    return KeptForm(Form(urlEncoded: text), of: request, site)
  }

  @Test func whatWasTypedIsCarriedWithoutTheSessionsToken() throws {
    let kept = try #require(Self.kept("csrf=t&payee=Shop&chosen=1&chosen=2&memo="))
    #expect(kept.typed == ["Shop"] && kept.page == "/ledgers/1/transactions/new")
    #expect(kept.fields.map(\.keptName) == ["payee", "chosen", "chosen", "memo"])
    let form = Form(kept.carried.map { ($0.keptName, $0.keptValue) })
    let again = try #require(KeptForm(carriedBy: form, Self.site))
    #expect(again.action == "/ledgers/1/transactions" && again.page == kept.page)
    #expect(again.fields.map(\.keptValue) == kept.fields.map(\.keptValue))
  }

  @Test(arguments: ["csrf=t", "csrf=t&category=3&back=/", "payee=", "password=secret"])
  func whereNothingWasTypedNothingIsKept(text: String) {
    #expect(Self.kept(text) == nil)
  }

  @Test(arguments: [
    "/settings/password", "/sign-out", "/users/1/erase", "//other.example/ledgers/1", "/ledgersx",
    "/ledgers/1/sharing/delete",
  ])
  func onlyFormsOfALedgerAreKept(path: String) {
    #expect(Self.kept("name=x", at: path) == nil)
    let form = Form([("kept-action", path), ("kept-page", "/"), ("kept.name", "x")])
    #expect(KeptForm(carriedBy: form, Self.site) == nil)
  }
}
