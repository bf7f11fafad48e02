/// What the demo household's money comes from and goes to.
enum HouseholdCategory: String, Sendable, CaseIterable {
  case salary = "Salary"
  case sideIncome = "Side income"
  case interest = "Interest"
  case taxRefund = "Tax refund"
  case rent = "Rent"
  case utilities = "Utilities"
  case internet = "Internet and phone"
  case insurance = "Insurance"
  case household = "Household goods"
  case groceries = "Groceries"
  case restaurants = "Restaurants"
  case transport = "Transport"
  case travel = "Travel"
  case subscriptions = "Subscriptions"
  case sports = "Sports"
  case leisure = "Leisure"
  case clothes = "Clothes"
  case health = "Health"
  case gifts = "Gifts"

  var isIncome: Bool { group == nil }

  /// The group that it is in; an income is in none.
  var group: String? {
    switch self {
    case .salary, .sideIncome, .interest, .taxRefund: nil
    case .rent, .utilities, .internet, .insurance, .household: "Home"
    case .groceries, .restaurants: "Food"
    case .transport, .travel: "Mobility"
    case .subscriptions, .sports, .leisure: "Free time"
    case .clothes, .health, .gifts: "Personal"
    }
  }

  /// All groups, in order.
  static var groups: [String] {
    var groups: [String] = []
    for group in allCases.compactMap(\.group) where !groups.contains(group) { groups.append(group) }
    return groups
  }
}
