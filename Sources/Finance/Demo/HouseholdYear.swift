import Tenancy

/// A year of a household that there is not: what it earns, spends, saves and pays off, on each day.
///
/// The same seed and last day make the same year.
struct HouseholdYear: Sendable, Hashable {
  enum Account: Sendable, Hashable, CaseIterable {
    case checking, savings, card, cash, dollars
  }

  /// What goes in or out of an account, or what is one part of it; in minor units.
  struct Part: Sendable, Hashable {
    var amount: Int64
    var category: HouseholdCategory?
    var memo = ""
  }

  /// What another account gets.
  struct Transfer: Sendable, Hashable {
    let account: Account
    let amount: Int64
  }

  struct Transaction: Sendable, Hashable {
    let date: CivilDate
    let account: Account
    /// Several of a split.
    var parts: [Part]
    var payee: String?
    var transfer: Transfer?
    var tags: [String] = []
    var isPending = false

    init(_ date: CivilDate, _ account: Account, _ parts: [Part], payee: String? = nil) {
      self.date = date
      self.account = account
      self.parts = parts
      self.payee = payee
    }

    var amount: Int64 { parts.reduce(0) { $0 + $1.amount } }
  }

  /// The day before which there is nothing: the accounts' opening balances are of it.
  let start: CivilDate
  let end: CivilDate
  private(set) var transactions: [Transaction] = []

  static let openings: [Account: Int64] = [
    .checking: 2_480_00, .savings: 8_200_00, .card: -312_40, .cash: 85_00, .dollars: 0,
  ]

  init(seed: UInt64, ending end: CivilDate) {
    start = end.adding(months: -12) ?? end
    self.end = end
    var days = HouseholdDays(seed: seed, end: end)
    var date = start
    while date < end, let next = date.adding(days: 1) {
      date = next
      days.live(date)
    }
    transactions = days.transactions
  }

  /// What was spent on a category in the last month so far, with nothing that was spent in dollars.
  func spent(on category: HouseholdCategory) -> Int64 {
    transactions.reduce(0) { sum, transaction in
      guard transaction.date >= end.firstOfMonth, transaction.account != .dollars else {
        return sum
      }
      return transaction.parts.reduce(sum) { $1.category == category ? $0 - $1.amount : $0 }
    }
  }
}

/// What the household does, day by day.
private struct HouseholdDays {
  typealias Transaction = HouseholdYear.Transaction
  typealias Part = HouseholdYear.Part

  private(set) var transactions: [Transaction] = []
  private let end: CivilDate
  private var random: SplitMix64
  private var balances = HouseholdYear.openings

  /// The days of the trip, from the day that money is changed for it.
  private let trip: ClosedRange<Int>
  private static let tripTag = "New York"

  init(seed: UInt64, end: CivilDate) {
    self.end = end
    random = SplitMix64(state: seed)
    let departure = end.daysSinceEpoch - Int.random(in: 120...150, using: &random)
    trip = departure...(departure + 8)
  }

  mutating func live(_ date: CivilDate) {
    payBills(on: date)
    if trip.contains(date.daysSinceEpoch) {
      travel(on: date)
    } else {
      shop(on: date)
    }
    moveMoney(on: date)
    leaveOpen(on: date)
  }

  // MARK: Every month

  private mutating func payBills(on date: CivilDate) {
    for bill in HouseholdBill.all where bill.day == date.day { add(bill.transaction(on: date)) }
    switch date.day {
    case 3:
      spend(.random(in: 58_00...84_00, using: &random), .utilities, "Stadtwerke", .checking, date)
    case 28:
      earn(.random(in: 180_00...460_00, using: &random), .sideIncome, "Evening classes", date)
    default: break
    }
    if date.day == 31, date.month % 3 == 0 || date.month == 12 { payInterest(on: date) }
    if date.month == 6, date.day == 11 { earn(412_70, .taxRefund, "Tax office", date) }
  }

  private mutating func payInterest(on date: CivilDate) {
    let interest = (balances[.savings] ?? 0) / 400
    add(
      Transaction(
        date, .savings, [Part(amount: interest, category: .interest)], payee: "Savings bank"))
  }

  private mutating func moveMoney(on date: CivilDate) {
    switch date.day {
    case 6, 20: transfer(100_00, to: .cash, "Cash machine", date)
    case 27:
      let debt = -(balances[.card] ?? 0)
      if debt > 0 { transfer(debt, to: .card, "Credit card bill", date) }
    default: break
    }
  }

  // MARK: Any day

  private mutating func shop(on date: CivilDate) {
    if happens(38) { buyGroceries(on: date) }
    if happens(30) {
      spend(.random(in: 2_20...8_90, using: &random), .groceries, "Bakery", .cash, date)
    }
    if happens(13) {
      let payee = ["Trattoria Roma", "Noodle House", "Café Central", "Burger & Co"]
      spend(.random(in: 14_00...68_00, using: &random), .restaurants, one(of: payee), .card, date)
    }
    if happens(6) {
      spend(.random(in: 34_00...72_00, using: &random), .transport, "Fuel station", .card, date)
    }
    if happens(3) {
      spend(.random(in: 6_50...38_00, using: &random), .health, "Pharmacy", .checking, date)
    }
    if happens(4) {
      spend(.random(in: 9_00...45_00, using: &random), .leisure, "Cinema and books", .card, date)
    }
    if happens(4) { buyClothes(on: date) }
    if date.month == 12, (10...22).contains(date.day), happens(30) {
      spend(
        .random(in: 15_00...90_00, using: &random), .gifts, "Department store", .card, date,
        tags: ["Christmas"])
    }
  }

  private mutating func buyGroceries(on date: CivilDate) {
    let payee = one(of: ["Greenmarket", "Superette", "Organic Corner"])
    let amount = Int64.random(in: 18_00...94_00, using: &random)
    guard happens(20) else { return spend(amount, .groceries, payee, .card, date) }
    let things = amount / 4
    add(
      Transaction(
        date, .card,
        [
          Part(amount: things - amount, category: .groceries, memo: "Food"),
          Part(amount: -things, category: .household, memo: "Things for the house"),
        ], payee: payee))
  }

  /// Some of it is sent back.
  private mutating func buyClothes(on date: CivilDate) {
    let amount = Int64.random(in: 35_00...160_00, using: &random)
    spend(amount, .clothes, "Modehaus", .card, date)
    guard happens(50), let later = date.adding(days: 6), later <= end else { return }
    add(
      Transaction(
        later, .card, [Part(amount: amount / 2, category: .clothes, memo: "Refund")],
        payee: "Modehaus"), tags: ["Returned"])
  }

  // MARK: A trip

  private mutating func travel(on date: CivilDate) {
    switch date.daysSinceEpoch - trip.lowerBound {
    case 0:
      // At 1.08 dollars.
      transfer(500_00, to: .dollars, "Currency exchange", date, arriving: 540_00)
      spend(638_40, .travel, "Atlantic Air", .card, date, tags: [Self.tripTag])
    case 1:
      spend(890_00, .travel, "Hotel Hudson", .card, date, tags: [Self.tripTag])
    case 8: break
    default:
      spend(
        .random(in: 18_00...42_00, using: &random), .restaurants, "Diner", .dollars, date,
        tags: [Self.tripTag])
      if happens(60) {
        spend(
          .random(in: 8_00...30_00, using: &random), .leisure, "Museum", .dollars, date,
          tags: [Self.tripTag])
      }
    }
  }

  // MARK: What nobody has looked at yet

  /// Purchases without a category, two halves that are one transfer, and a dinner that is too dear.
  private mutating func leaveOpen(on date: CivilDate) {
    let purchases: [(amount: Int64, payee: String, age: Int)] = [
      (23_80, "Kiosk 24", 5), (118_00, "Onlinemarkt", 2), (12_50, "Parkhaus Mitte", 0),
    ]
    for purchase in purchases
    where max(end.firstOfMonth.daysSinceEpoch, end.daysSinceEpoch - purchase.age)
      == date.daysSinceEpoch
    {
      spend(purchase.amount, nil, purchase.payee, .card, date)
    }
    if date.adding(days: 1) == end {
      spend(250_00, nil, "To savings account", .checking, date)
    }
    if date == end {
      add(Transaction(date, .savings, [Part(amount: 250_00)], payee: "From checking account"))
      spend(96_40, .restaurants, "Trattoria Roma", .card, date)
    }
  }

  // MARK: Steps

  private mutating func earn(
    _ amount: Int64, _ category: HouseholdCategory, _ payee: String, _ date: CivilDate
  ) {
    add(Transaction(date, .checking, [Part(amount: amount, category: category)], payee: payee))
  }

  /// Nothing is bought with cash that is not there.
  private mutating func spend(
    _ amount: Int64, _ category: HouseholdCategory?, _ payee: String,
    _ account: HouseholdYear.Account, _ date: CivilDate, tags: [String] = []
  ) {
    let isCash = account == .cash || account == .dollars
    guard !isCash || (balances[account] ?? 0) >= amount else { return }
    add(
      Transaction(date, account, [Part(amount: -amount, category: category)], payee: payee),
      tags: tags)
  }

  private mutating func transfer(
    _ amount: Int64, to account: HouseholdYear.Account, _ memo: String, _ date: CivilDate,
    arriving: Int64? = nil
  ) {
    var transaction = Transaction(date, .checking, [Part(amount: -amount, memo: memo)])
    transaction.transfer = HouseholdYear.Transfer(account: account, amount: arriving ?? amount)
    add(transaction)
  }

  private mutating func add(_ transaction: Transaction, tags: [String] = []) {
    var transaction = transaction
    transaction.tags = tags
    // What the card's bank has not booked yet.
    transaction.isPending =
      transaction.account == .card && end.daysSinceEpoch - transaction.date.daysSinceEpoch < 3
    balances[transaction.account, default: 0] += transaction.amount
    if let transfer = transaction.transfer {
      balances[transfer.account, default: 0] += transfer.amount
    }
    transactions.append(transaction)
  }

  private mutating func happens(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &random) < percent
  }

  private mutating func one(of names: [String]) -> String {
    names[Int.random(in: 0..<names.count, using: &random)]
  }
}

/// Numbers that are the same for the same seed (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators").
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
