import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance

extension DatabaseTests {
  struct BudgetMovesTests {
    /// A household that has spent 30.00 of food, and has planned 20.00 for it and 50.00 for fun.
    private struct Household {
      let ledger: LedgerDatabase
      let food: Int64
      let fun: Int64
      let month: CivilMonth

      init() async throws {
        let user = try await TestUser()
        try user.clock.set("2026-05-15T12:00:00Z")
        ledger = user.ledgerDatabase
        month = try #require(CivilMonth("2026-05"))
        let (day, may) = (month.firstDay, month)
        (food, fun) = try await ledger.write { writer in
          let account = try await writer.createAccount(
            AccountDraft(
              name: "Purse", type: .cash, currency: nil, openingBalance: nil, openedOn: nil,
              note: ""))
          let food = try await writer.createCategory(CategoryDraft(name: "Food", kind: .expense))
          let fun = try await writer.createCategory(CategoryDraft(name: "Fun", kind: .expense))
          _ = try await writer.create([
            TransactionDraft(
              accountID: account.id, date: day, amount: DecimalNumber(-30), payee: "Shop",
              target: TransactionDraft.Target(categoryID: food.id))
          ])
          for (category, assigned) in [(food.id, 20), (fun.id, 50)] as [(Int64, Int64)] {
            _ = try await writer.setBudget(
              category, may, assigned: DecimalNumber(assigned), rollover: nil)
          }
          return (food.id, fun.id)
        }
      }

      func cover(_ category: Int64, from other: Int64?) async throws -> [Int64: Int128] {
        let budget = try await ledger.write { writer in
          try await writer.coverBudget(of: category, month, from: other)
        }
        return Dictionary(
          uniqueKeysWithValues: budget.lines.map { ($0.categoryID, $0.assigned) })
      }
    }

    @Test func whatIsOverIsCoveredByAnotherCategoryOnce() async throws {
      let household = try await Household()
      let (food, fun) = (household.food, household.fun)
      #expect(try await household.cover(food, from: fun) == [food: 3000, fun: 4000])
      #expect(try await household.cover(food, from: fun) == [food: 3000, fun: 4000])
    }

    @Test func withoutAnotherCategoryMoreIsAssigned() async throws {
      let household = try await Household()
      let (food, fun) = (household.food, household.fun)
      #expect(try await household.cover(food, from: nil) == [food: 3000, fun: 5000])
    }

    @Test func aCategoryGivesNoMoreThanItHas() async throws {
      let household = try await Household()
      let (food, fun) = (household.food, household.fun)
      try await household.ledger.write { writer in
        _ = try await writer.setBudget(
          fun, household.month, assigned: DecimalNumber(4), rollover: nil)
      }
      #expect(try await household.cover(food, from: fun) == [food: 2400, fun: 0])
    }

    @Test func whatIsNotOverAndWhatIsNoneIsNotCovered() async throws {
      let household = try await Household()
      let (food, fun) = (household.food, household.fun)
      #expect(try await household.cover(fun, from: food) == [food: 2000, fun: 5000])
      await #expect(throws: NotFound.self) { try await household.cover(0, from: nil) }
      await #expect(throws: NotFound.self) { try await household.cover(food, from: 0) }
    }

    @Test(arguments: ["0001-01", "1899-12", "2200-01", "9999-12"])
    func aMonthOutsideOfTheBooksHasNoBudget(text: String) async throws {
      let household = try await Household()
      let (ledger, food, may) = (household.ledger, household.food, household.month)
      let month = try #require(CivilMonth(text))
      let writes: [@Sendable (LedgerWriter) async throws -> Budget] = [
        { try await $0.setBudget(food, month, assigned: DecimalNumber(1), rollover: nil) },
        { try await $0.copyBudget(from: may, to: month) },
        { try await $0.coverBudget(of: food, month, from: nil) },
      ]
      for write in writes {
        await #expect(throws: NotFound.self) { try await ledger.write(write) }
      }
      await #expect(throws: NotFound.self) { try await BudgetStore(ledger).budget(month) }
      let months = try await ledger.write { writer in
        try await writer.run("select distinct month::text from budget")[0].count
      }
      #expect(months == 1)
    }

    @Test func aPolicyIsSaidAndWhatIsAssignedStays() async throws {
      let household = try await Household()
      let next = try #require(household.month.next)
      try await household.ledger.write { writer in
        try await writer.setRollover(of: household.fun, from: household.month, .all)
      }
      let line = try await BudgetStore(household.ledger).budget(next).lines
        .first { $0.categoryID == household.fun }
      #expect(line?.carried == 5000 && line?.rollover == .all)
      await #expect(throws: NotFound.self) {
        try await household.ledger.write { writer in
          try await writer.setRollover(of: 0, from: household.month, .all)
        }
      }
    }
  }
}
