import Foundation
import HTTPTypes
import PostgresClient
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct IdempotencyTests {
    /// Whatever the document says takes an `Idempotency-Key`.
    @Test func everyPOSTThatComesTwiceWithOneKeyTakesEffectOnce() async throws {
      try await FinanceServer.run { server in
        let household = try await Household(server)
        var tried: Set<String> = []
        for group in [
          household.access, household.secondFactor, household.books, household.plans,
          household.merges, household.files,
        ] {
          for request in try await group() {
            try await sendTwice(request, household)
            tried.insert(request.operation)
          }
        }
        #expect(tried == (try Self.operations()))
      }
    }

    private func sendTwice(_ request: Household.Request, _ household: Household) async throws {
      let operation = request.operation
      let headers: HTTPFields = [.idempotencyKey: "key of \(operation)"]
      let first = try await household.send(request, headers)
      #expect((200..<300).contains(first.status), "\(operation): \(first)")
      #expect(first.headers[.idempotentReplayed] == nil, "\(operation)")
      let counts = try await household.rowCounts()
      let second = try await household.send(request, headers)
      #expect(second.status == first.status, "\(operation): \(second)")
      // The access token is another one.
      #expect(
        second.text == first.text || operation == "refreshSession", "\(operation): \(second)")
      #expect(second.headers[.idempotentReplayed] == "true", "\(operation)")
      #expect(second.headers[.location] == first.headers[.location], "\(operation)")
      #expect(second.headers[.eTag] == first.headers[.eTag], "\(operation)")
      try await expectEqual(household.rowCounts(), counts, "\(operation)")
    }

    /// The POSTs of `/v1` that take a key.
    private static func operations() throws -> Set<String> {
      typealias Object = [String: Any]
      let text = Data(String(buffer: FinanceDocument.document.body).utf8)
      let document = try #require(JSONSerialization.jsonObject(with: text) as? Object)
      let paths = try #require(document["paths"] as? [String: Object])
      var operations: Set<String> = []
      for (path, item) in paths where path.hasPrefix("/v1/") {
        guard let post = item["post"] as? Object else { continue }
        let parameters = (post["parameters"] as? [Object] ?? []).compactMap {
          $0["$ref"] as? String
        }
        if parameters.contains("#/components/parameters/IdempotencyKey") {
          operations.insert(try #require(post["operationId"] as? String))
        } else {
          let description = try #require(post["description"] as? String)
          #expect(description.contains("no `Idempotency-Key`"), "\(path)")
        }
      }
      return operations
    }

    @Test func aKeyIsRememberedForADay() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        func create(_ name: String) async throws -> V1Client.Answer {
          try await user.inLedger(
            .post, "categories", #"{"name":"\#(name)","kind":"expense"}"#,
            headers: [.idempotencyKey: "k"])
        }
        func pass(_ time: String) async throws {
          _ = try await server.database().query(
            "update idempotency_key set created_at = created_at - \(time)::interval")
        }
        let made = try await create("Food")
        #expect(made.status == 201, "\(made)")
        try await pass("23 hours 59 minutes")
        try await expectEqual(create("Food").text, made.text)
        try await expectEqual(create("Home").problem, "idempotency-key-reused")
        try await pass("2 minutes")
        let other = try await create("Home")
        #expect(other.status == 201 && other.headers[.idempotentReplayed] == nil, "\(other)")
        try await expectEqual(user.inLedger(.get, "categories").count(), 2)
      }
    }

    /// Clients that name a type where they send nothing.
    @Test(arguments: [nil, "application/json"])
    func whatNeedsNoBodyTakesAnEmptyOne(type: String?) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let id = try await user.record("-1", in: giro, on: "2026-05-01")
        try await expectEqual(user.inLedger(.delete, "transactions/\(id)").status, 204)
        let headers: HTTPFields = type.map { [.contentType: $0] } ?? [:]
        let restored = try await user.inLedger(
          .post, "transactions/\(id)/restore", type == nil ? nil : "", headers: headers)
        #expect(restored.status == 200, "\(restored)")
        #expect(restored.headers[.eTag] != nil)
        // What needs one says what is missing.
        let empty = try await user.inLedger(.post, "categories", "", headers: headers)
        #expect(empty.status == 400 && empty.errors["/name"] == "is required", "\(empty)")
      }
    }
  }
}

/// A ledger in which each POST can do something.
private struct Household {
  typealias Request = (operation: String, path: String, body: String?)

  private let user: V1Client
  private let giro: String
  private let savings: String
  /// Somebody with a session.
  private let person: Person

  init(_ server: FinanceServer) async throws {
    user = try await V1Client(server)
    person = try await Person(server, "kim")
    giro = try await user.makeAccount("Giro", opening: "100", on: "2026-01-01")
    savings = try await user.makeAccount("Savings", type: "savings")
    _ = try await server.database().query("update app_user set role = 'owner'")
  }

  /// How many rows each table has.
  func rowCounts() async throws -> [String: Int] {
    let database = try user.server.database()
    let tables = try await database.query(
      """
      select relname from pg_class
      where relnamespace = current_schema()::regnamespace and relkind = 'r'
      """)
    var counts: [String: Int] = [:]
    for table in tables {
      let name: String = try table.decode(0)
      let rows = try await database.query(
        PostgresQuery(unsafeSQL: "select count(*) from \"\(name)\""))
      counts[name] = try rows[0].decode(0)
    }
    return counts
  }

  func send(_ request: Request, _ headers: HTTPFields) async throws -> V1Client.Answer {
    guard request.operation != "createImport" else {
      return try await user.upload(
        Array((request.body ?? "").utf8), to: giro, headers: headers)
    }
    let client = request.path.hasPrefix("me/") ? person.client : user
    return try await client.send(.post, request.path, request.body, headers: headers)
  }

  func access() async throws -> [Request] {
    [
      (
        "refreshSession", "sessions/refresh", #"{"refresh_token":"\#(person.refreshToken)"}"#
      ),
      ("createToken", "tokens", #"{"name":"phone","scope":"read"}"#),
      ("issuePasswordReset", "users/\(person.id)/password-reset", nil),
      ("invite", "invitations", "{}"), ("createLedger", "ledgers", #"{"name":"Trip"}"#),
      ("beginTOTP", "me/totp", nil),
    ]
  }

  /// Once it is begun.
  func secondFactor() async throws -> [Request] {
    let rows = try await user.server.database().query(
      "select totp_secret from app_user where username = 'kim'")
    let app = TOTP(secret: try rows[0].decode(0))
    return [
      ("confirmTOTP", "me/totp/confirm", #"{"code":"\#(app.text(at: user.server))"}"#)
    ]
  }

  private var base: String { "ledgers/\(user.ledger)" }

  func books() async throws -> [Request] {
    let deleted = try await user.record("-1", in: giro, on: "2026-05-01")
    _ = try await user.inLedger(.delete, "transactions/\(deleted)")
    let draft = #"{"account_id":"\#(giro)","date":"2026-05-02","amount":"-2","payee":"Bakery"}"#
    for day in [10, 20] {
      try await user.record("-\(day)", in: giro, on: "2026-03-\(day)")
      try await user.record("\(day)", in: savings, on: "2026-03-\(day)")
    }
    let list = try await user.inLedger(.get, "transfer-suggestions")
    let pairs = list.each("id").compactMap(\.self)
    try #require(pairs.count >= 2, "\(list)")
    return [
      ("createAccount", "\(base)/accounts", #"{"name":"Cash","type":"cash"}"#),
      ("createTransaction", "\(base)/transactions", draft),
      ("createTransactions", "\(base)/transactions/bulk", #"{"transactions":[\#(draft)]}"#),
      ("restoreTransaction", "\(base)/transactions/\(deleted)/restore", nil),
      ("acceptTransferSuggestion", "\(base)/transfer-suggestions/\(pairs[0])/accept", nil),
      ("dismissTransferSuggestion", "\(base)/transfer-suggestions/\(pairs[1])/dismiss", nil),
      (
        "createReconciliation", "\(base)/accounts/\(giro)/reconciliations",
        #"{"statement_date":"2026-04-30","statement_balance":"90"}"#
      ),
    ]
  }

  func plans() async throws -> [Request] {
    let recurrence = """
      {"template":{"account_id":"\(giro)","amount":"-9"},"unit":"month","anchor_date":"2026-06-01"}
      """
    let id = try await user.make("recurrences", recurrence)
    let rule = """
      "conditions":[{"field":"payee","operator":"contains","value":"bak"}],\
      "actions":[{"type":"add_tag","value":"bread"}],"trigger":"created"
      """
    let ruleID = try await user.make("rules", #"{"name":"r",\#(rule)}"#)
    let food = try await user.addCategory("Food")
    _ = try await user.inLedger(.put, "budgets/2026-04/\(food)", #"{"assigned":"10"}"#)
    let occurrences = "\(base)/recurrences/\(id)/occurrences"
    return [
      ("createRecurrence", "\(base)/recurrences", recurrence),
      ("recordOccurrence", "\(occurrences)/2026-06-01/record", "{}"),
      ("skipOccurrence", "\(occurrences)/2026-07-01/skip", nil),
      ("createRule", "\(base)/rules", #"{"name":"s",\#(rule)}"#),
      ("previewRule", "\(base)/rules/preview", #"{"rule":{\#(rule)}}"#),
      ("applyRule", "\(base)/rules/\(ruleID)/apply", "{}"),
      ("copyBudget", "\(base)/budgets/2026-05/copy", #"{"from":"2026-04"}"#),
    ]
  }

  func merges() async throws -> [Request] {
    let (one, other) = (try await user.addCategory("One"), try await user.addCategory("Other"))
    for name in ["one", "other"] {
      try await user.record(
        "-1", in: giro, on: "2026-05-03", #""payee":"\#(name)","tags":["\#(name)"]"#)
    }
    func pair(_ list: String) async throws -> (String, String) {
      let answer = try await user.inLedger(.get, list)
      let ids = Dictionary(
        zip(answer.each("name"), answer.each("id")), uniquingKeysWith: { first, _ in first })
      return (try #require(ids["one"] ?? nil), try #require(ids["other"] ?? nil))
    }
    let (payees, tags) = (try await pair("payees"), try await pair("tags"))
    return [
      ("createCategory", "\(base)/categories", #"{"name":"Home","kind":"expense"}"#),
      ("mergeCategory", "\(base)/categories/\(one)/merge", #"{"into":"\#(other)"}"#),
      ("mergePayee", "\(base)/payees/\(payees.0)/merge", #"{"into":"\#(payees.1)"}"#),
      ("mergeTag", "\(base)/tags/\(tags.0)/merge", #"{"into":"\#(tags.1)"}"#),
    ]
  }

  func files() async throws -> [Request] {
    let preview = try await user.preview("Date,Payee,Amount\n2026-05-04,Kiosk,-3.00\n", to: giro)
    let published = try await user.importFile(
      "Date,Payee,Amount\n2026-05-05,Market,-4.00\n", to: giro)
    return [
      ("createImport", "", "Date,Payee,Amount\n2026-05-06,Cinema,-9.00\n"),
      ("publishImport", "\(base)/imports/\(preview)/publish", nil),
      ("revertImport", "\(base)/imports/\(published)/revert", nil),
    ]
  }
}
