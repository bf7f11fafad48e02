import HTTPSupport
import Testing

@testable import TenantRegistry

@Suite struct TenantRegistrationTests {
  private func errors(
    slug: String = "acme", displayName: String = "Acme", timeZone: String = "UTC",
    currency: String = "USD"
  ) -> [String] {
    do {
      _ = try TenantRegistration(
        slug: slug, displayName: displayName, timeZone: timeZone, currency: currency)
      return []
    } catch let problem as Problem {
      return problem.errors.map(\.field)
    } catch {
      return ["\(error)"]
    }
  }

  @Test(arguments: [
    "UTC", "Etc/UTC", "Europe/Zurich", "Europe/Kyiv", "Asia/Kolkata", "America/New_York",
    "America/Argentina/Buenos_Aires",
  ])
  func acceptsTimeZonesOfTheIANADatabase(name: String) {
    #expect(errors(timeZone: name) == [])
  }

  @Test(arguments: [
    "", "Mars/Olympus", "europe/zurich", "GMT+1", "CET", "EST5EDT", "Zurich", "+02:00",
    "../etc/passwd", "/etc/localtime", "Europe/Zurich ", "posix/UTC",
    "Europe/Berlin\u{0}", "Europe/Berlin\u{200B}", "Asia/\u{212A}olkata",
  ])
  func refusesOtherTimeZones(name: String) {
    #expect(errors(timeZone: name) == ["time_zone"])
  }

  @Test(arguments: ["EUR", "JPY", "XAF", "KWD"])
  func acceptsActiveCurrencies(code: String) {
    #expect(errors(currency: code) == [])
  }

  @Test(arguments: ["", "eur", "DEM", "XXX", "XTS", "XAU", "EURO", "€", "D\u{212A}K", "EUR\u{0}"])
  func refusesOtherCurrencies(code: String) {
    #expect(errors(currency: code) == ["currency"])
  }

  @Test(arguments: [
    "", " ", " \t", "a\nb", "a\u{0}b", "a\u{85}b", String(repeating: "x", count: 201),
    // Invisible ones alone.
    "\u{200B}", "\u{200D}", "\u{AD}", "\u{A0} \u{FEFF}", "\u{3164}", "\u{2800}", "\u{E0041}",
    // Those that change the direction or begin a line, whatever is around them.
    "a\u{61C}b", "a\u{200E}b", "a\u{200F}b", "\u{202E}", "A\u{202E}gnp.exe", "a\u{202A}b\u{202C}",
    "a\u{2066}b\u{2069}", "a\u{2028}namePrefix: b-", "a\u{2029}b",
  ])
  func refusesNamesThatCannotBeShown(name: String) {
    #expect(errors(displayName: name) == ["display_name"])
  }

  @Test(arguments: [
    "Acme", "Zürich AG", "株式会社", "می\u{200C}خواهم", "क्\u{200D}ष", "👩\u{200D}🔧",
    "🏴\u{E0067}\u{E007F}",
    "☎\u{FE0F}", "שלום", "co\u{AD}op", "⠁\u{2800}⠃",
  ])
  func acceptsNamesOfAllScripts(name: String) {
    #expect(errors(displayName: name) == [])
  }

  @Test func namesEveryBadFieldAtOnce() {
    #expect(
      errors(slug: "-", displayName: "", timeZone: "x", currency: "x")
        == ["slug", "display_name", "time_zone", "currency"])
  }
}
