import HTTPSupport
import TestSupport
import Testing

@testable import FinanceAPI

/// A ledger that has everything a ledger can have, with a random history.
struct RandomLedger {
  let user: V1Client
  private var generator: SeededGenerator
  private var accounts: [String: String] = [:]
  private var categories: [String: String] = [:]
  private var made: [String] = []

  /// In the default ledger of the user.
  init(_ user: V1Client, seed: UInt64) async throws {
    self.user = user
    generator = SeededGenerator(seed: seed)
    for (name, type, currency) in [
      ("Giro", "checking", "EUR"), ("Old", "savings", "EUR"), ("Card", "credit_card", "EUR"),
      ("Yen", "cash", "JPY"), ("Dinar", "asset", "KWD"),
    ] {
      accounts[name] = try await user.makeAccount(
        name, type: type, currency: currency, opening: "\(number(-200...200))")
    }
    for (name, kind, group) in [
      ("Food", "expense", nil), ("Home", "expense", nil), ("Bread", "expense", "Food"),
      ("Work", "income", nil), ("Rent", "expense", "Home"), ("Salary", "income", "Work"),
      ("Gone", "expense", "Food"),
    ] as [(String, String, String?)] {
      let parent = group.flatMap { categories[$0] }.map { #","parent_id":"\#($0)""# } ?? ""
      categories[name] = try await user.make(
        "categories", #"{"name":"\#(name)","kind":"\#(kind)"\#(parent)}"#)
    }
    try await addPlans()
    for _ in 0..<40 { try await record() }
    try await importFile()
    try await changeSome()
    try await dismissTransfer()
    try await reconcile()
    _ = try await user.inLedger(
      .patch, "accounts/\(account("Old"))", #"{"closed_on":"2026-05-10"}"#)
    _ = try await user.inLedger(.patch, "categories/\(category("Gone"))", #"{"archived":true}"#)
  }

  private func account(_ name: String) -> String { accounts[name] ?? "" }
  private func category(_ name: String) -> String { categories[name] ?? "" }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &generator)
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(0...(elements.count - 1))]
  }

  private mutating func day() -> String { "2026-0\(number(1...5))-\(number(10...28))" }

  private mutating func addPlans() async throws {
    for _ in 0..<8 {
      let (from, to) = pick([("JPY", "EUR"), ("EUR", "JPY"), ("KWD", "EUR")])
      let date = day()
      _ = try await user.inLedger(
        .put, "rates/\(from)/\(to)/\(date)", #"{"rate":"0.\#(number(1...9999))"}"#)
    }
    for _ in 0..<12 {
      let rollover = pick(["", #","rollover":"all""#, #","rollover":"surplus""#])
      _ = try await user.inLedger(
        .put, "budgets/2026-0\(number(1...5))/\(category(pick(["Food", "Home", "Bread", "Gone"])))",
        #"{"assigned":"\#(number(0...300))"\#(rollover)}"#)
    }
    for template in [
      #""account_id":"\#(account("Giro"))","amount":"-900","payee":"Landlord","tags":["home"],"category_id":"\#(category("Rent"))""#,
      #""account_id":"\#(account("Giro"))","amount":"-40","transfer_account_id":"\#(account("Old"))""#,
      #""account_id":"\#(account("Giro"))","amount":"-30","splits":[{"amount":"-10","category_id":"\#(category("Gone"))"},{"amount":"-20","memo":"rest"}]"#,
    ] {
      let id = try await user.make(
        "recurrences",
        """
        {"template":{\(template)},"unit":"month","every":1,"anchor_date":"2026-03-31",
         "weekend":"before"}
        """)
      for (date, deed) in [("2026-03-31", "record"), ("2026-04-30", pick(["record", "skip"]))] {
        let done = try await user.inLedger(.post, "recurrences/\(id)/occurrences/\(date)/\(deed)")
        try #require(done.status < 300, "\(done)")
      }
    }
    for (field, value, type, target) in [
      ("category_id", category("Bread"), "add_tag", "bread"),
      ("account_id", account("Card"), "set_category", category("Home")),
      ("payee", "p1", "set_transfer_account", account("Card")),
    ] {
      _ = try await user.make(
        "rules",
        """
        {"name":"\(type)","trigger":"created","active":\(Bool.random(using: &generator)),
         "conditions":[{"field":"\(field)","operator":"is","value":"\(value)"},
           {"field":"amount","operator":"between","value":["1","500"]}],
         "actions":[{"type":"\(type)","value":"\(target)"}]}
        """)
    }
  }

  private mutating func record() async throws {
    let name = pick(["Giro", "Old", "Card", "Yen", "Dinar"])
    let amount = number(1...300) * pick([-1, -1, 1])
    var members = [
      #""account_id":"\#(account(name))","date":"\#(day())","amount":"\#(amount)""#,
      #""status":"\#(pick(["pending", "cleared"]))","memo":"m\#(number(1...5))""#,
    ]
    if pick([true, false]) { members.append(#""payee":"P\#(number(1...6))""#) }
    if pick([true, false]) { members.append(#""tags":["t\#(number(1...3))","Été"]"#) }
    if number(1...5) == 1 { members.append(#""external_id":"x\#(made.count)""#) }
    let other = pick(["Giro", "Old", "Card"].filter { $0 != name })
    switch number(0...5) {
    case 0: members.append(#""category_id":"\#(category(amount < 0 ? "Bread" : "Salary"))""#)
    case 1: members.append(#""category_id":"\#(category(pick(["Food", "Home", "Rent", "Gone"])))""#)
    case 2 where ["Giro", "Old", "Card"].contains(name):
      members.append(#""transfer_account_id":"\#(account(other))""#)
      if pick([true, false]) { members.append(#""transfer_date":"\#(day())""#) }
      if pick([true, false]) { members.append(#""transfer_status":"cleared""#) }
    case 2:
      members.append(
        #""transfer_account_id":"\#(account("Giro"))","transfer_amount":"\#(-amount.signum() * 7)""#
      )
    case 3 where ["Giro", "Old", "Card"].contains(name):
      members.append(
        #"""
        "splits":[{"amount":"\#(amount * 2)","transfer_account_id":"\#(account(other))"},
          {"amount":"\#(-amount)","category_id":"\#(category("Food"))","memo":"back"}]
        """#)
    default: break
    }
    made.append(
      try await user.make("transactions", "{\(members.joined(separator: ","))}"))
  }

  private mutating func importFile() async throws {
    let rows = (1...6).map { _ in "\(day()),-\(number(1...40)).00,Shop \(number(1...3))" }
    try await user.importFile(
      "Date,Amount,Payee\n" + rows.joined(separator: "\n") + "\n", to: account("Giro"))
    let rest = try await user.inLedger(.get, "transactions?limit=200&search=shop")
    // One that is not wanted after all.
    if let id = rest["data.0.id"] { _ = try await user.inLedger(.delete, "transactions/\(id)") }
  }

  private mutating func changeSome() async throws {
    for id in made.prefix(3) { _ = try await user.inLedger(.delete, "transactions/\(id)") }
    let payees = try await user.inLedger(.get, "payees?limit=200")
    if let id = payees["data.0.id"] {
      _ = try await user.inLedger(.patch, "payees/\(id)", #"{"name":"Renamed"}"#)
    }
  }

  /// Two amounts that are no transfer, though they look like one.
  private func dismissTransfer() async throws {
    for (name, amount) in [("Giro", "-777.77"), ("Card", "777.77")] {
      try await user.record(amount, in: account(name), on: "2026-05-11")
    }
    let pairs = try await user.inLedger(.get, "transfer-suggestions")
    let id = try #require(pairs["data.0.id"])
    let done = try await user.inLedger(.post, "transfer-suggestions/\(id)/dismiss")
    try #require(done.status < 300, "\(done)")
  }

  private mutating func reconcile() async throws {
    for (name, isFinished) in [("Card", true), ("Yen", true), ("Old", true), ("Giro", false)] {
      let path = "accounts/\(account(name))/reconciliations"
      let id = try await user.make(
        path,
        #"{"statement_date":"2026-0\#(number(1...4))-15","statement_balance":"\#(number(0...50))"}"#
      )
      guard isFinished else { continue }
      let done = try await user.inLedger(.put, "\(path)/\(id)/finish", #"{"adjust":true}"#)
      try #require(done.status == 200, "\(done)")
    }
  }
}
