import Tenancy
import Testing

@testable import Finance

struct HouseholdYearTests {
  private let end = CivilDate("2026-11-28")!
  private var year: HouseholdYear { HouseholdYear(seed: 1, ending: end) }

  @Test func theSameSeedAndLastDayMakeTheSameYear() {
    #expect(year == HouseholdYear(seed: 1, ending: end))
    #expect(year != HouseholdYear(seed: 2, ending: end))
  }

  @Test(arguments: ["2026-11-28", "2024-02-29", "2026-01-01"])
  func itIsTheYearThatEndsOnTheDay(day: String) throws {
    let end = try #require(CivilDate(day))
    let year = HouseholdYear(seed: 1, ending: end)
    #expect(year.transactions.allSatisfy { $0.date > year.start && $0.date <= end })
    #expect((300...1500).contains(year.transactions.count))
    let months = Set(year.transactions.map(\.date.civilMonth))
    #expect((12...13).contains(months.count))
  }

  @Test(arguments: 1...20)
  func everyMonthThereIsWhatAHouseholdHas(seed: UInt64) {
    let year = HouseholdYear(seed: seed, ending: end)
    func count(_ category: HouseholdCategory) -> Int {
      year.transactions.filter { $0.parts.contains { $0.category == category } }.count
    }
    for category in [HouseholdCategory.salary, .rent, .subscriptions, .insurance] {
      #expect(count(category) >= 12)
    }
    #expect(count(.groceries) > 100)
    #expect(year.transactions.filter { $0.transfer?.account == .savings }.count == 12)
    #expect(year.transactions.filter { $0.parts.count > 1 }.count > 12)
    #expect(year.transactions.contains { $0.tags == ["New York"] && $0.account == .dollars })
    #expect(year.transactions.contains { $0.transfer?.account == .dollars })
    #expect(year.transactions.contains { $0.tags == ["Returned"] && $0.amount > 0 })
    #expect(Set(year.transactions.flatMap(\.parts).compactMap(\.category)).count >= 17)
  }

  @Test(arguments: 1...20)
  func theCardIsPaidOffEachMonthAndNobodyOverspendsCash(seed: UInt64) {
    let year = HouseholdYear(seed: seed, ending: end)
    var balances = HouseholdYear.openings
    var payments = 0
    for transaction in year.transactions.sorted(by: { $0.date < $1.date }) {
      balances[transaction.account, default: 0] += transaction.amount
      if let transfer = transaction.transfer {
        balances[transfer.account, default: 0] += transfer.amount
        if transfer.account == .card { payments += 1 }
      }
      #expect(transaction.amount != 0)
      #expect((balances[.dollars] ?? 0) >= 0)
    }
    #expect(payments >= 11)
    #expect((balances[.checking] ?? 0) > 0)
    #expect((balances[.savings] ?? 0) > 8_200_00)
  }
}
