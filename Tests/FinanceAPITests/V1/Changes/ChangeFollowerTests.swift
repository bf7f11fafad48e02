import HTTPSupport
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct ChangeFollowerTests {
    /// Whoever follows the changes while others write has a copy of the ledger in the end: nothing that
    /// was committed lies behind a cursor that was handed out before it.
    @Test(arguments: [1, 2]) func aFollowerEndsWithAnEqualCopy(seed: UInt64) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let card = try await user.makeAccount("Card", type: "credit_card")
        let writers = Countdown(from: 3)
        var copies: [Copy] = []
        try await withThrowingTaskGroup(of: Copy?.self) { group in
          for number in 1...3 {
            group.addTask {
              defer { writers.finish() }
              var writer = RandomWriter(user, [giro, card], seed: seed * 10 + UInt64(number))
              for _ in 0..<30 { try await writer.takeStep() }
              return nil
            }
          }
          for limit in [3, 50] {
            group.addTask {
              var copy = Copy()
              // A round that begins after the last write sees all that is left.
              while writers.isRunning { try await copy.follow(user, limit: limit) }
              try await copy.follow(user, limit: limit)
              return copy
            }
          }
          for try await copy in group { if let copy { copies.append(copy) } }
        }
        var whole = Copy()
        try await whole.follow(user, limit: 200)
        for copy in copies {
          #expect(Set(copy.objects.keys) == Set(whole.objects.keys), "seed \(seed)")
          for (name, object) in whole.objects {
            #expect(copy.objects[name] == object, "seed \(seed): \(name)")
          }
        }
        try await whole.compareLists(user)
      }
    }
  }
}

/// How many of those who write are still at it.
private final class Countdown: Sendable {
  private let running: Mutex<Int>

  init(from count: Int) { running = Mutex(count) }

  var isRunning: Bool { running.withLock { $0 } > 0 }

  func finish() { running.withLock { $0 -= 1 } }
}

/// A ledger as somebody knows it by its changes alone.
private struct Copy: Sendable {
  private(set) var objects: [String: JSONValue] = [:]
  private var cursor: String?
  private var version = 0

  /// What is figured out of other things, and changes without the thing.
  private static let derived: Set<String> = [
    "balance", "cleared_balance", "balance_date", "transaction_count", "last_date",
    "last_account_id", "last_category_id",
  ]

  /// Reads on to the end.
  mutating func follow(_ user: V1Client, limit: Int) async throws {
    var hasMore = true
    while hasMore {
      let since = cursor.map { "&since=\($0)" } ?? ""
      let page = try await user.inLedger(.get, "changes?limit=\(limit)\(since)")
      try #require(page.status == 200, "\(page)")
      for index in 0..<page.count() { try apply(page, "data.\(index)") }
      cursor = page["next_cursor"]
      hasMore = page["has_more"] == "true"
    }
  }

  private mutating func apply(_ page: V1Client.Answer, _ path: String) throws {
    let name = "\(try #require(page["\(path).type"])) \(try #require(page["\(path).id"]))"
    let version = try #require(page["\(path).version"].flatMap { Int($0) })
    #expect(version >= self.version, "\(name) is out of order")
    self.version = version
    objects[name] = page["\(path).deleted"] == "true" ? nil : Self.object(page, path)
  }

  private static func object(_ page: V1Client.Answer, _ path: String) -> JSONValue? {
    guard let index = Int(path.dropFirst("data.".count)),
      case .array(let changes)? = page.json["data"], let object = changes[index]["object"]
    else { return nil }
    return stored(object)
  }

  private static func stored(_ object: JSONValue) -> JSONValue {
    guard case .object(let members) = object else { return object }
    return .object(members.filter { !derived.contains($0.key) })
  }

  /// The lists have what the copy has.
  func compareLists(_ user: V1Client) async throws {
    for (type, list) in [
      ("account", "accounts"), ("category", "categories"), ("payee", "payees?limit=200"),
      ("tag", "tags"), ("transaction", "transactions?limit=200"),
    ] {
      let answer = try await user.inLedger(.get, list)
      guard case .array(let elements)? = answer.json["data"] else {
        Issue.record("\(answer)")
        continue
      }
      #expect(answer["next_cursor"] == nil)
      for (element, id) in zip(elements, answer.each("id")) {
        #expect(objects["\(type) \(id ?? "")"] == Self.stored(element), "\(type)")
      }
      #expect(objects.keys.count { $0.hasPrefix("\(type) ") } == elements.count, "\(type)")
    }
  }
}

/// A member who does this and that. Another one may have been faster: what is gone then is left.
private struct RandomWriter {
  private let user: V1Client
  private let accounts: [String]
  private var generator: SeededGenerator
  private var made: [String] = []

  init(_ user: V1Client, _ accounts: [String], seed: UInt64) {
    self.user = user
    self.accounts = accounts
    generator = SeededGenerator(seed: seed)
  }

  mutating func takeStep() async throws {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0...3: try await record()
    case 4:
      try await send(.patch, made.randomElement(using: &generator), "{\"memo\":\"\(word())\"}")
    case 5: try await send(.delete, made.randomElement(using: &generator))
    case 6: try await restore()
    case 7: try await merge("payees")
    case 8: try await merge("tags")
    default:
      let body = "{\"name\":\"\(word())\",\"kind\":\"expense\"}"
      try await expectAnswer(user.inLedger(.post, "categories", body))
      try await merge("categories")
    }
  }

  private mutating func record() async throws {
    let account = accounts.randomElement(using: &generator) ?? ""
    let answer = try await user.inLedger(
      .post, "transactions",
      #"""
      {"account_id":"\#(account)","date":"2026-05-0\#(Int.random(in: 1...9, using: &generator))",
       "amount":"-\#(Int.random(in: 1...99, using: &generator))","payee":"\#(word())",
       "tags":["\#(word())"]}
      """#)
    try expectAnswer(answer)
    if let id = answer["id"] { made.append(id) }
  }

  private mutating func restore() async throws {
    guard let id = made.randomElement(using: &generator) else { return }
    try await expectAnswer(user.inLedger(.post, "transactions/\(id)/restore"))
  }

  private func send(
    _ method: HTTPRequest.Method, _ id: String?, _ body: String? = nil
  ) async throws {
    guard let id else { return }
    try await expectAnswer(user.inLedger(method, "transactions/\(id)", body))
  }

  private mutating func merge(_ list: String) async throws {
    let ids = try await user.inLedger(.get, list).each("id").compactMap { $0 }
    guard let id = ids.randomElement(using: &generator),
      let other = ids.randomElement(using: &generator)
    else { return }
    if Bool.random(using: &generator) {
      try await expectAnswer(
        user.inLedger(.post, "\(list)/\(id)/merge", "{\"into\":\"\(other)\"}"))
    } else {
      try await expectAnswer(user.inLedger(.patch, "\(list)/\(id)", "{\"name\":\"\(word())\"}"))
    }
  }

  private mutating func word() -> String { "w\(Int.random(in: 1...12, using: &generator))" }

  /// Refusals are answers, too.
  private func expectAnswer(_ answer: V1Client.Answer) throws {
    #expect([200, 201, 204, 400, 404, 409].contains(answer.status), "\(answer)")
  }
}
