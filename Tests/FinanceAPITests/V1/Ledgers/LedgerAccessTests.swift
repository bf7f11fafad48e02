import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// Behaviour 24 for what a ledger is made of: each operation refuses, derived figures and suggestions
  /// included.
  struct LedgerAccessTests {
    private enum Right { case read, write, own }

    private static let category = #"{"name":"x","kind":"expense"}"#
    private static let statement = #"{"statement_date":"2026-05-01","statement_balance":"1"}"#

    private static let operations: [(HTTPRequest.Method, String, String?, Right)] = [
      (.get, "", nil, .read), (.patch, "", #"{"name":"x"}"#, .own), (.delete, "", nil, .own),
      (.get, "/members", nil, .read), (.get, "/members/1", nil, .read),
      (.put, "/members/1", #"{"role":"owner"}"#, .own),
      (.get, "/categories", nil, .read), (.get, "/categories/{category}", nil, .read),
      (.post, "/categories", category, .write),
      (.patch, "/categories/{category}", #"{"name":"x"}"#, .write),
      (.post, "/categories/{category}/merge", #"{"into":"1"}"#, .write),
      (.delete, "/categories/{category}", nil, .write),
      (.get, "/payees", nil, .read), (.get, "/payees/{payee}", nil, .read),
      (.patch, "/payees/{payee}", #"{"name":"x"}"#, .write),
      (.post, "/payees/{payee}/merge", #"{"into":"1"}"#, .write),
      (.delete, "/payees/{payee}", nil, .write),
      (.get, "/tags", nil, .read), (.get, "/tags/{tag}", nil, .read),
      (.patch, "/tags/{tag}", #"{"name":"x"}"#, .write),
      (.post, "/tags/{tag}/merge", #"{"into":"1"}"#, .write), (.delete, "/tags/{tag}", nil, .write),
      (.get, "/accounts/{account}/reconciliations", nil, .read),
      (.post, "/accounts/{account}/reconciliations", statement, .write),
      (.get, "/accounts/{account}/reconciliations/{reconciliation}", nil, .read),
      (.put, "/accounts/{account}/reconciliations/{reconciliation}/finish", "{}", .write),
      (.delete, "/accounts/{account}/reconciliations/{reconciliation}", nil, .write),
      (.get, "/transfer-suggestions", nil, .read),
      (.post, "/transfer-suggestions/1-2/accept", nil, .write),
      (.post, "/transfer-suggestions/1-2/dismiss", nil, .write),
      (.get, "/changes", nil, .read),
    ]

    @Test func eachOperationAsksForTheRoleThatItNeeds() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let ids = try await fill(owner)
        var clients: [String: V1Client] = [:]
        for (number, name) in ["viewer", "editor", "former", "stranger"].enumerated() {
          clients[name] = try await V1Client(server, user: name)
          let member = "members/\(number + 2)"
          if name == "stranger" { continue }
          let role = name == "former" ? "editor" : name
          try await expectEqual(
            owner.inLedger(.put, member, #"{"role":"\#(role)"}"#).status, 201)
          if name == "former" { _ = try await owner.inLedger(.delete, member) }
        }
        for (method, path, body, right) in Self.operations {
          let path = ids.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
          func problem(_ user: String?) async throws -> V1Client.Answer {
            try await owner.send(
              method, "ledgers/\(owner.ledger)\(path)", body,
              token: user.map { clients[$0]?.token } ?? "none")
          }
          try await expectEqual(problem(nil).status, 401, "\(method) \(path)")
          for user in ["stranger", "former"] {
            try await expectEqual(problem(user).status, 404, "\(user): \(method) \(path)")
          }
          let seen = try await problem("viewer")
          switch right {
          case .read: #expect(seen.status == 200, "\(method) \(path): \(seen)")
          case .write: #expect(seen.problem == "read-only", "\(method) \(path): \(seen)")
          case .own:
            #expect(seen.problem == "owner-only", "\(method) \(path): \(seen)")
            try await expectEqual(problem("editor").problem, "owner-only", "\(method) \(path)")
          }
        }
      }
    }

    /// A ledger with one of each.
    private func fill(_ user: V1Client) async throws -> [String: String] {
      let account = try await user.makeAccount("Giro")
      _ = try await user.make(
        "transactions",
        #"{"account_id":"\#(account)","date":"2026-05-02","amount":"-3","payee":"A","tags":["a"]}"#)
      return [
        "account": account, "category": try await user.make("categories", Self.category),
        "payee": try #require(try await user.inLedger(.get, "payees")["data.0.id"]),
        "tag": try #require(try await user.inLedger(.get, "tags")["data.0.id"]),
        "reconciliation": try await user.make(
          "accounts/\(account)/reconciliations", Self.statement),
      ]
    }
  }
}
