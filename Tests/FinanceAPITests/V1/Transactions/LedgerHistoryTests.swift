import FinanceTestSupport
import TestSupport
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// After every step of a random history with imports, reverts and merges, the kept sums are those of
  /// the entries, and balances are what lists come to.
  struct LedgerHistoryTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyFigureIsWhatTheEntriesComeTo(seed: UInt64) async throws {
      try await FinanceServer.run { server in
        var history = try await LedgerHistory(server, seed: seed)
        for step in 0..<40 {
          let name = try await history.takeStep()
          let differences = try await server.database().query(BooksCheck.differences)
          #expect(differences.isEmpty, "seed \(seed), step \(step): \(name)")
          try await history.compareFigures("seed \(seed), step \(step): \(name)")
        }
      }
    }
  }
}

/// What a household might do, chosen at random.
private struct LedgerHistory {
  private let user: V1Client
  private let accounts: [String]
  private var categories: [String] = []
  private var published: [String] = []
  private var generator: SeededGenerator

  init(_ server: FinanceServer, seed: UInt64) async throws {
    user = try await V1Client(server)
    generator = SeededGenerator(seed: seed)
    accounts = [
      try await user.makeAccount("Giro", opening: "100"),
      try await user.makeAccount("Savings", type: "savings"),
    ]
    for n in 0..<4 { categories.append(try await user.addCategory("Category \(n)")) }
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &generator)
  }

  private mutating func day() -> String { "2026-0\(number(3...5))-0\(number(1...9))" }

  /// - Returns: what was done.
  mutating func takeStep() async throws -> String {
    switch number(0...9) {
    case 0..<3: return try await record()
    case 3..<5: return try await importFile()
    case 5: return try await revert()
    case 6: return try await merge()
    case 7: return try await acceptTransfer()
    default: return try await deleteOrRestore()
    }
  }

  private mutating func record() async throws -> String {
    let (account, amount) = (accounts[number(0...1)], number(1...9))
    var more = #""payee":"Payee \#(number(1...3))","tags":["tag \#(number(1...3))"]"#
    switch number(0...2) {
    case 0: more += #","category_id":"\#(categories[number(0...categories.count - 1)])""#
    case 1:
      more += """
        ,"splits":[{"amount":"-\(amount)","category_id":"\(categories[0])"},{"amount":"-1"}]
        """
      return try await user.record("-\(amount + 1)", in: account, on: day(), more)
    default: break
    }
    return try await user.record(
      "\(number(0...1) == 0 ? "-" : "")\(amount)", in: account, on: day(), more)
  }

  /// A file of few days and amounts, of which earlier ones may have had some rows.
  private mutating func importFile() async throws -> String {
    let rows = (0..<number(1...6)).map { _ in
      "\(day()),Shop \(number(1...3)),-\(number(1...3)).00\n"
    }
    let id = try await user.importFile("Date,Payee,Amount\n" + rows.joined(), to: accounts[0])
    published.append(id)
    return "import \(id)"
  }

  private mutating func revert() async throws -> String {
    guard let id = published.popLast() else { return "nothing" }
    let answer = try await user.inLedger(.post, "imports/\(id)/revert")
    try #require(answer.status == 200, "\(answer)")
    return "revert \(id)"
  }

  private mutating func merge() async throws -> String {
    let list = ["payees", "tags", "categories"][number(0...2)]
    let ids = try await user.inLedger(.get, "\(list)?limit=200").each("id").compactMap(\.self)
    guard ids.count > 2 else { return "nothing" }
    let (gone, kept) = (ids[number(1...ids.count - 1)], ids[0])
    let answer = try await user.inLedger(
      .post, "\(list)/\(gone)/merge", #"{"into":"\#(kept)"}"#)
    try #require(answer.status == 200, "\(answer)")
    categories.removeAll { list == "categories" && $0 == gone }
    return "merge \(gone) of \(list)"
  }

  private mutating func acceptTransfer() async throws -> String {
    let list = try await user.inLedger(.get, "transfer-suggestions")
    guard let id = list["data.0.id"] else { return "nothing" }
    let answer = try await user.inLedger(.post, "transfer-suggestions/\(id)/accept")
    try #require(answer.status == 200, "\(answer)")
    return "accept \(id)"
  }

  private mutating func deleteOrRestore() async throws -> String {
    let isDeleted = number(0...1) == 0
    let list = try await user.inLedger(.get, "transactions?limit=200&deleted=\(isDeleted)")
    guard list.count() > 0, let id = list["data.\(number(0...list.count() - 1)).id"] else {
      return "nothing"
    }
    let answer =
      isDeleted
      ? try await user.inLedger(.post, "transactions/\(id)/restore")
      : try await user.inLedger(.delete, "transactions/\(id)")
    // Half of a transfer stays where it is.
    try #require([200, 204, 409].contains(answer.status), "\(answer)")
    return "\(isDeleted ? "restore" : "delete") \(id)"
  }

  /// Balances, and what was spent by category, payee and tag, are what the list comes to.
  func compareFigures(_ name: String) async throws {
    var net = 0
    for account in accounts {
      let list = try await user.inLedger(.get, "transactions?limit=200&account_id=\(account)")
      try #require(list["next_cursor"] == nil)
      let shown = try await user.inLedger(.get, "accounts/\(account)?at=2026-12-31")
      let opening = try cents(shown["opening_balance"])
      let sum = try list.each("amount").reduce(opening) { $0 + (try cents($1)) }
      #expect(try cents(shown["balance"]) == sum, "\(name)")
      net += sum - opening
    }
    for report in ["summary", "by-category", "by-payee", "by-tag", "cash-flow?interval=month"] {
      let sign = report.contains("?") ? "&" : "?"
      let answer = try await user.inLedger(
        .get, "reports/\(report)\(sign)start_date=2026-01-01&end_date=2026-12-31")
      let figures =
        report.hasPrefix("cash-flow")
        ? (0..<answer.count("intervals")).map { answer["intervals.\($0).net"] } : [answer["net"]]
      #expect(try figures.reduce(0) { $0 + (try cents($1)) } == net, "\(report), \(name)")
    }
  }

  private func cents(_ text: String?) throws -> Int {
    let digits = try #require(text).replacing(".", with: "")
    return try #require(Int(digits))
  }
}
