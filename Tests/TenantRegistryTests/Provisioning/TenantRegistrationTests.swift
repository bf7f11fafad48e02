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
  ])
  func refusesOtherTimeZones(name: String) {
    #expect(errors(timeZone: name) == ["time_zone"])
  }

  @Test(arguments: ["EUR", "JPY", "XAF", "KWD"])
  func acceptsActiveCurrencies(code: String) {
    #expect(errors(currency: code) == [])
  }

  @Test(arguments: ["", "eur", "DEM", "XXX", "XTS", "XAU", "EURO", "€"])
  func refusesOtherCurrencies(code: String) {
    #expect(errors(currency: code) == ["currency"])
  }

  @Test(arguments: ["", " \t", "a\nb", "a\u{0}b", String(repeating: "x", count: 201)])
  func refusesNamesThatCannotBeShown(name: String) {
    #expect(errors(displayName: name) == ["display_name"])
  }

  @Test func namesEveryBadFieldAtOnce() {
    #expect(
      errors(slug: "-", displayName: "", timeZone: "x", currency: "x")
        == ["slug", "display_name", "time_zone", "currency"])
  }
}
