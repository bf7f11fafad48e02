import Finance
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import FinanceWeb

struct RefusalTests {
  private static func request(_ path: String, from page: String? = nil) -> Request {
    var headers: HTTPFields = [:]
    headers[.referer] = page
    return Request(
      head: .init(method: .post, scheme: nil, authority: nil, path: path, headerFields: headers),
      body: .init(buffer: ByteBuffer()))
  }

  @Test func thePageSaysWhyAndNoLongerWhatWasDoneBefore() throws {
    let marked = Refusal.account.marking("/ledgers/1/transactions?q=a&done=deleted&id=7&account=2")
    #expect(marked == "/ledgers/1/transactions?q=a&account=2&refused=account")
    #expect(Refusal(Self.request(marked)) == .account)
    #expect(Refusal.changed.marking("/") == "/?refused=changed")
    #expect(Refusal.changed.marking("/?refused=account") == "/?refused=changed")
    #expect(Refusal(Self.request("/?refused=x")) == nil)
  }

  @Test func whatTheBooksSayHasAKind() {
    #expect(Refusal(BooksConflict("reconciled", "…")) == .reconciled)
    #expect(Refusal(BooksConflict("anything", "…")) == .changed)
    #expect(Refusal(InvalidInput("account_id", "is a closed account")) == .account)
    #expect(Refusal(InvalidInput([.init(["splits", "0", "category_id"], "…")])) == .category)
    #expect(Refusal(NotFound()) == nil)
  }

  @Test(arguments: ["en", "de"])
  func eachKindHasASentenceOfItsOwn(language: String) {
    let words = DisplayLocale(language).texts.words
    let texts = Refusal.allCases.map { words.text($0) }
    #expect(Set(texts).count == texts.count)
    #expect(texts.allSatisfy { $0.hasSuffix(".") })
  }

  @Test func noFormSaysWhatTheDomainSays() throws {
    let said = "must not be so"
    let input = InvalidInput([
      .init(["status"], said), .init(["splits", "1", "category_id"], said),
    ])
    let entry = TransactionForm.Faults(input, .german)
    #expect(entry.general == Words.german.text(.changed))
    #expect(entry.parts == Words.german.text(.category))
    let account = try #require(AccountForm.Faults(InvalidInput("status", said), .german))
    #expect(account.general == Words.german.text(.changed))
    let conflict = try #require(AccountForm.Faults(BooksConflict("x", said), .german))
    #expect(conflict.general == Words.german.text(.changed))
    let category = try #require(CategoryForm.Faults(BooksConflict("x", said), .german))
    #expect(category.general == Words.german.text(.changed))
  }

  @Test(arguments: [
    ("https://acme.example/ledgers/1?q=a", "/ledgers/1?q=a"), ("https://acme.example/", "/"),
    ("https://acme.example.other/ledgers/1", nil), ("https://other.example/", nil),
    ("https://acme.example//other.example", nil), (nil, nil),
  ])
  func thePageBeforeIsOneOfThisSite(page: String?, path: String?) {
    let site = Site(baseURL: "https://acme.example")
    #expect(site.page(before: Self.request("/", from: page)) == path)
    let prefixed = Site(baseURL: "https://acme.example/t/acme")
    let below = page.map { $0.replacing(".example/", with: ".example/t/acme/") }
    #expect(prefixed.page(before: Self.request("/", from: below)) == path)
  }
}

struct ReaderNoteTests {
  /// As the readers of QIF and OFX write them.
  @Test(arguments: ["A list of investments was left out.", "An investment statement was left out."])
  func aReadersNoteIsToldInTheReadersLanguage(note: String) {
    #expect(ImportWording(words: .german).note(note) == ImportWords.german.warnInvestments)
  }

  @Test func aRowsDateOutsideOfTheBooksIsToldWithTheirYears() {
    let reason = "the date 1899-12-31 is not in the years 1900 to 2199"
    #expect(ImportWording(words: .german).reason(reason) == ImportWords.german.reasonYears)
  }
}
