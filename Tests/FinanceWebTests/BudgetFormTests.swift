import Finance
import Tenancy
import Testing

@testable import FinanceWeb

struct BudgetFormTests {
  private static let euro = Currency(code: "EUR")

  private static func changes(_ text: String) throws -> [Int64: DecimalNumber] {
    let form = try #require(BudgetForm(Form(urlEncoded: "month=2026-11&\(text)")))
    let changes = try form.changes(euro, DisplayLocale("en"))
    return Dictionary(uniqueKeysWithValues: changes.map { ($0.category, $0.assigned) })
  }

  @Test func whatIsAsItWasIsNotWritten() throws {
    #expect(try Self.changes("assigned.7.1250=12.50&assigned.8.0=").isEmpty)
    #expect(try Self.changes("assigned.7.1250=10%2B2.5").isEmpty)
  }

  @Test func whatWasTypedIsAssignedAndNothingIsZero() throws {
    let changes = try Self.changes("assigned.7.1250=13&assigned.8.300=+&csrf=x")
    #expect(changes == [7: DecimalNumber(13), 8: DecimalNumber(0)])
  }

  @Test(arguments: ["much", "1.234", "99999999999999999999"])
  func whatIsNoAmountOfTheCurrencyIsAFault(text: String) throws {
    let error = #expect(throws: BudgetForm.Faults.self) {
      try Self.changes("assigned.7.0=\(text)&assigned.8.0=5")
    }
    #expect(error?.typed == [7: text])
  }

  @Test(arguments: ["assigned.x.0=5", "assigned.7=5", "assigned.7.0.0=5", "assigned=5"])
  func aFieldOfNoCategoryIsNone(field: String) throws {
    #expect(try Self.changes(field).isEmpty)
  }

  @Test func aFormOfNoMonthIsNone() {
    #expect(BudgetForm(Form(urlEncoded: "month=soon")).map(\.month) == nil)
  }
}
