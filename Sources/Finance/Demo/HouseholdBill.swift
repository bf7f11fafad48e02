import Tenancy

/// What the household pays, gets or puts aside on the same day of every month.
struct HouseholdBill: Sendable, Hashable {
  /// All months have it.
  let day: Int
  let account: HouseholdYear.Account
  let parts: [HouseholdYear.Part]
  var payee: String?
  var transfer: HouseholdYear.Transfer?

  static let all = [
    HouseholdBill(
      day: 1, account: .checking,
      parts: [
        .init(amount: -980_00, category: .rent, memo: "Rent"),
        .init(amount: -185_00, category: .utilities, memo: "Heating and water"),
      ], payee: "Lindenhof Housing"),
    HouseholdBill(1, .card, -49_00, .transport, "City Transit"),
    HouseholdBill(
      day: 2, account: .checking, parts: [.init(amount: -400_00, memo: "Monthly savings")],
      transfer: .init(account: .savings, amount: 400_00)),
    HouseholdBill(5, .checking, -39_90, .internet, "Fibernet"),
    HouseholdBill(8, .card, -19_99, .internet, "Mobilcom"),
    HouseholdBill(10, .card, -29_90, .sports, "Bouldering Club"),
    HouseholdBill(12, .card, -13_99, .subscriptions, "Streamflix"),
    HouseholdBill(15, .card, -10_99, .subscriptions, "Tunes"),
    HouseholdBill(17, .checking, -92_00, .insurance, "Helvetic Insurance"),
    HouseholdBill(25, .checking, 3_420_00, .salary, "Northwind AG"),
  ]

  private init(
    day: Int, account: HouseholdYear.Account, parts: [HouseholdYear.Part], payee: String? = nil,
    transfer: HouseholdYear.Transfer? = nil
  ) {
    self.day = day
    self.account = account
    self.parts = parts
    self.payee = payee
    self.transfer = transfer
  }

  private init(
    _ day: Int, _ account: HouseholdYear.Account, _ amount: Int64, _ category: HouseholdCategory,
    _ payee: String
  ) {
    self.init(
      day: day, account: account, parts: [.init(amount: amount, category: category)], payee: payee)
  }

  func transaction(on date: CivilDate) -> HouseholdYear.Transaction {
    var transaction = HouseholdYear.Transaction(date, account, parts, payee: payee)
    transaction.transfer = transfer
    return transaction
  }

  /// The first time that it is due after a day.
  func dueDate(after date: CivilDate) -> CivilDate? {
    let month = date.day < day ? date.civilMonth : date.civilMonth.next
    return month.flatMap { CivilDate(year: $0.year, month: $0.month, day: day) }
  }
}
