/// What the household means to spend on a category in a month, in minor units.
struct HouseholdBudget: Sendable, Hashable {
  let category: HouseholdCategory
  let assigned: Int64
  let rollover: Rollover

  /// The same in every month.
  static let all = [
    HouseholdBudget(.rent, 980_00),
    HouseholdBudget(.utilities, 258_00, .all),
    HouseholdBudget(.internet, 60_00),
    HouseholdBudget(.insurance, 92_00),
    HouseholdBudget(.household, 30_00, .surplus),
    HouseholdBudget(.groceries, 720_00),
    HouseholdBudget(.restaurants, 170_00),
    HouseholdBudget(.transport, 145_00, .surplus),
    // What is put aside for a trip is there when it comes.
    HouseholdBudget(.travel, 130_00, .all),
    HouseholdBudget(.subscriptions, 25_00),
    HouseholdBudget(.sports, 30_00),
    HouseholdBudget(.leisure, 40_00, .surplus),
    HouseholdBudget(.clothes, 75_00, .surplus),
    HouseholdBudget(.health, 20_00, .surplus),
    HouseholdBudget(.gifts, 30_00, .all),
  ]

  /// A budget of the year's last month that does not do: three quarters of what was spent.
  static func overspent(in year: HouseholdYear) -> HouseholdBudget {
    HouseholdBudget(.restaurants, year.spent(on: .restaurants) * 3 / 400 * 100)
  }

  private init(_ category: HouseholdCategory, _ assigned: Int64, _ rollover: Rollover = .none) {
    self.category = category
    self.assigned = assigned
    self.rollover = rollover
  }
}
