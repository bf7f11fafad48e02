import Finance
import Tenancy
import Testing

@testable import FinanceWeb

struct DisplayLocaleTests {
  @Test(arguments: [
    ("en", "\u{2212}1,234,567.80"), ("de", "\u{2212}1.234.567,80"),
    ("fr", "\u{2212}1\u{202f}234\u{202f}567,80"), ("hi", "\u{2212}12,34,567.80"),
    ("ja", "\u{2212}1,234,567.80"),
  ])
  func amountsAreGroupedAsInTheLanguage(language: String, text: String) {
    #expect(DisplayLocale(language).number(-123_456_780, Currency(code: "EUR")) == text)
  }

  @Test(arguments: [
    (0, "EUR", "0.00"), (5, "EUR", "0.05"), (-5, "EUR", "\u{2212}0.05"), (1234, "JPY", "1,234"),
    (1, "KWD", "0.001"), (99_999, "EUR", "999.99"), (100_000, "EUR", "1,000.00"),
  ])
  func amountsHaveTheDigitsOfTheirCurrency(minorUnits: Int, currency: String, text: String) {
    #expect(
      DisplayLocale("en").number(Int128(minorUnits), Currency(code: currency)) == text)
  }

  @Test(arguments: [
    ("en", "Sat 28 Nov", "November 2026"), ("de", "Sa., 28. Nov.", "November 2026"),
    ("fr", "sam. 28 nov.", "novembre 2026"), ("hi", "शनि, 28 नव॰", "नवंबर 2026"),
    ("ja", "11月28日(土)", "2026年11月"),
  ])
  func daysAndMonthsAreWrittenAsInTheLanguage(language: String, day: String, month: String) throws {
    let date = try #require(CivilDate("2026-11-28"))
    #expect(DisplayLocale(language).weekday(date) == day)
    #expect(DisplayLocale(language).month(date.civilMonth) == month)
  }

  @Test(arguments: [
    ("de-CH,de;q=0.9,en;q=0.8", "de"), ("pt-BR, fr;q=0.5", "fr"), ("", "en"), ("xx", "en"),
    ("JA", "ja"),
  ])
  func theFirstKnownLanguageOfTheBrowserCounts(field: String, language: String) {
    #expect(DisplayLocale(acceptLanguage: field).tag == language)
  }

  @Test func whatIsShownToBeChangedCanBeReadBack() throws {
    for locale in DisplayLocale.Language.allCases.map({ DisplayLocale($0.rawValue) }) {
      let text = locale.plainNumber(-123_456, Currency(code: "EUR"))
      let amount = try #require(AmountInput(text, locale))
      #expect(amount.number == DecimalNumber("-1234.56"))
    }
  }
}
