import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// Every operation on a ledger that the document has, with its own example, as those who may not.
  struct AccessTests {
    private typealias Object = [String: Any]

    private struct Operation: CustomStringConvertible {
      let method: HTTPRequest.Method
      /// Below `/v1/`.
      let path: String
      let body: String?

      var description: String { "\(method) \(path)" }
    }

    @Test func whoIsNoMemberSeesNothingOfALedger() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let stranger = try await V1Client(server, user: "eve")
        try await join(stranger, to: owner, as: "editor", server)
        _ = try await server.database().query(
          "delete from ledger_member where ledger_id::text = \(owner.ledger) and role <> 'owner'")
        for operation in try await operations(of: server, on: owner.ledger) {
          let answer = try await send(operation, by: stranger)
          #expect(answer.status == 404, "\(operation): \(answer)")
          #expect(answer.problem == "not-found", "\(operation): \(answer)")
        }
      }
    }

    @Test func aViewerReadsAndChangesNothing() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let viewer = try await V1Client(server, user: "eve")
        try await join(viewer, to: owner, as: "viewer", server)
        for operation in try await operations(of: server, on: owner.ledger) {
          let answer = try await send(operation, by: viewer)
          if operation.method == .get {
            // An example's id need not be there.
            #expect([200, 404].contains(answer.status), "\(operation): \(answer)")
          } else {
            #expect(answer.status == 403, "\(operation): \(answer)")
          }
        }
      }
    }

    @Test func whoLoggedOutIsNobody() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let operations = try await operations(of: server, on: owner.ledger)
        _ = try await server.database().query("update app_user set token_epoch = token_epoch + 1")
        for operation in operations {
          let answer = try await send(operation, by: owner)
          #expect(answer.status == 401, "\(operation): \(answer)")
          #expect(answer.problem == "invalid-token", "\(operation): \(answer)")
        }
      }
    }

    @Test func aTokenThatMayReadChangesNothing() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let made = try await owner.send(.post, "tokens", #"{"name":"phone","scope":"read"}"#)
        let token = try #require(made["secret"] ?? made["token"])
        for operation in try await operations(of: server, on: owner.ledger) {
          let answer = try await owner.send(
            operation.method, operation.path, operation.body, token: token)
          if operation.method == .get {
            #expect([200, 404].contains(answer.status), "\(operation): \(answer)")
          } else {
            #expect(answer.status == 403, "\(operation): \(answer)")
          }
        }
      }
    }

    @Test func whoIsDeactivatedIsNobody() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let operations = try await operations(of: server, on: owner.ledger)
        _ = try await server.database().query("update app_user set deactivated_at = now()")
        for operation in operations {
          let answer = try await send(operation, by: owner)
          #expect(answer.status == 401, "\(operation): \(answer)")
        }
      }
    }

    @Test func aParameterThatAnOperationHasNotIsRefused() async throws {
      try await FinanceServer.run { server in
        let owner = try await V1Client(server)
        let giro = try await owner.makeAccount("Giro")
        let id = try await owner.record("-1", in: giro, on: "2026-05-02")
        for operation in try await operations(of: server, on: owner.ledger)
        where operation.method != .get {
          let sign = operation.path.contains("?") ? "&" : "?"
          let answer = try await owner.send(
            operation.method, "\(operation.path)\(sign)zork=1", operation.body)
          #expect(answer.status == 400, "\(operation): \(answer)")
          #expect(answer.errors["zork"] == "is not a known parameter", "\(operation): \(answer)")
        }
        let base = "ledgers/\(owner.ledger)"
        for path in [
          base, "\(base)/accounts/\(giro)", "\(base)/transactions/\(id)", "\(base)/reports/summary",
          "\(base)/transactions", "me", "tokens",
        ] {
          let answer = try await owner.send(.get, "\(path)?zork=1")
          #expect(answer.errors["zork"] == "is not a known parameter", "\(path): \(answer)")
        }
        for path in ["sessions", "register", "tokens", "ledgers", "invitations"] {
          let answer = try await owner.send(.post, "\(path)?zork=1", "{}")
          #expect(answer.errors["zork"] == "is not a known parameter", "\(path): \(answer)")
        }
      }
    }

    private func join(
      _ user: V1Client, to owner: V1Client, as role: String, _ server: FinanceServer
    ) async throws {
      _ = try await server.database().query(
        """
        insert into ledger_member (ledger_id, user_id, role)
        select \(owner.ledger)::bigint, id, \(role) from app_user where username = 'eve'
        """)
    }

    private func send(_ operation: Operation, by user: V1Client) async throws -> V1Client.Answer {
      try await user.send(operation.method, operation.path, operation.body)
    }

    private func operations(
      of server: FinanceServer, on ledger: String
    ) async throws -> [Operation] {
      let text = try await server.get("/openapi.json").body
      let document = try #require(
        JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
      var operations: [Operation] = []
      for (path, item) in try #require(document["paths"] as? [String: Object])
      where path.hasPrefix("/v1/ledgers/{ledger}") {
        let parameters = (item["parameters"] as? [Object] ?? []).map {
          Self.resolve($0, in: document)
        }
        for case (let method, let operation as Object) in item where method != "parameters" {
          let own = (operation["parameters"] as? [Object] ?? []).map {
            Self.resolve($0, in: document)
          }
          let filled = Self.fill(path, with: parameters + own, ledger)
          operations.append(
            Operation(
              method: try #require(HTTPRequest.Method(rawValue: method.uppercased())),
              path: String(filled.dropFirst("/v1/".count)),
              body: try Self.body(of: operation, in: document)))
        }
      }
      try #require(operations.count > 10)
      return operations
    }

    /// The path with the examples of its parameters, and of those of the query.
    private static func fill(_ path: String, with parameters: [Object], _ ledger: String) -> String
    {
      var path = path.replacing("{ledger}", with: ledger)
      var query: [String] = []
      for parameter in parameters {
        guard let name = parameter["name"] as? String, let example = parameter["example"] else {
          continue
        }
        switch parameter["in"] as? String {
        case "path": path = path.replacing("{\(name)}", with: "\(example)")
        case "query":
          let value = "\(example)".addingPercentEncoding(withAllowedCharacters: .alphanumerics)
          query.append("\(name)=\(value ?? "")")
        default: continue
        }
      }
      return path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    private static func body(of operation: Object, in document: Object) throws -> String? {
      guard let body = operation["requestBody"] as? Object else { return nil }
      let content = try #require(resolve(body, in: document)["content"] as? [String: Object])
      guard let media = content["application/json"] else { return nil }
      let examples = media["examples"] as? [String: Object] ?? [:]
      let example = try #require(media["example"] ?? examples.values.first?["value"])
      return String(
        decoding: try JSONSerialization.data(withJSONObject: example), as: UTF8.self)
    }

    private static func resolve(_ value: Object, in document: Object) -> Object {
      guard let reference = value["$ref"] as? String else { return value }
      return reference.dropFirst(2).split(separator: "/").reduce(document as Any) { value, step in
        (value as? Object)?[String(step)] ?? Object()
      } as? Object ?? [:]
    }
  }
}
