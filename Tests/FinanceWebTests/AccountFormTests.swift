import Finance
import Tenancy
import Testing

@testable import FinanceWeb

struct AccountFormTests {
  private static let german = DisplayLocale("de")

  private static func form(_ fields: (String, String)...) -> AccountForm {
    AccountForm(Form(fields.map { (name: $0.0, value: $0.1) }))
  }

  @Test func whatIsTypedBecomesAnAccount() throws {
    let draft = try Self.form(
      ("name", " Visa "), ("type", "credit_card"), ("currency", "usd"), ("balance", "-1.234,50"),
      ("date", "2026-11-01"), ("note", "blue")
    ).draft(Self.german)
    #expect(draft.name == "Visa" && draft.type == .creditCard && draft.currency == "USD")
    #expect(draft.openingBalance == DecimalNumber("-1234.5"))
    #expect(draft.openedOn == CivilDate("2026-11-01") && draft.note == "blue")
  }

  @Test func whatIsLeftEmptyIsTheLedgers() throws {
    let draft = try Self.form(("name", "Cash")).draft(Self.german)
    #expect(draft.currency == nil && draft.openingBalance == nil && draft.openedOn == nil)
  }

  @Test func allThatIsWrongIsSaidBesideItsField() throws {
    let form = Self.form(
      ("name", " "), ("balance", "much"), ("date", "yesterday"), ("note", "\u{7}"))
    let faults = try #require(throws: AccountForm.Faults.self) { try form.draft(Self.german) }
    #expect(faults.name != nil && faults.balance != nil && faults.date != nil)
    #expect(faults.note != nil)
  }

  @Test func whatTheBooksRefuseIsSaidBesideItsField() throws {
    let error = InvalidInput([
      .init(["name"], "is the name of another account"), .init(["closed_on"], "must not be before"),
    ])
    let faults = try #require(AccountForm.Faults(error, .german))
    #expect(faults.name == Words.german.accountWords.accountNameTaken)
    #expect(faults.closing == Words.german.accountWords.closeBad)
    #expect(AccountForm.Faults(NotFound(), .german) == nil)
  }
}
