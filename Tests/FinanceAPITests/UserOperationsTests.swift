import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// Every operation of old that the document says is for users, with its own example.
  struct UserOperationsTests {
    private typealias Object = [String: Any]

    private struct Operation {
      let method: HTTPRequest.Method
      let uri: String
      let body: ByteBuffer?
    }

    @Test func noneServesWhoIsGoneOrLoggedOut() async throws {
      try await FinanceServer.run { server in
        let operations = try await operations(of: server)
        let token = try await server.register()
        for operation in operations {
          let answer = try await answer(to: operation, of: server, token)
          #expect((200..<300).contains(answer.status), "\(operation): \(answer)")
        }
        let recorded = try await transactions(of: server)
        _ = try await server.database().query("update app_user set token_epoch = token_epoch + 1")
        try await expectRefusals(of: operations, server, token)
        let fresh = try await server.logIn()
        _ = try await server.database().transaction([
          "delete from entry", "delete from transaction", "delete from ledger_member",
          "delete from app_user",
        ])
        try await expectRefusals(of: operations, server, fresh)
        #expect(recorded > 0)
        try await expectEqual(transactions(of: server), 0)
      }
    }

    private func expectRefusals(
      of operations: [Operation], _ server: FinanceServer, _ token: String
    ) async throws {
      for operation in operations {
        let answer = try await answer(to: operation, of: server, token)
        #expect(answer == .text(401, "Invalid token"), "\(operation)")
      }
    }

    private func transactions(of server: FinanceServer) async throws -> Int {
      try await server.database().query("select count(*) from transaction")[0].decode(0)
    }

    private func answer(
      to operation: Operation, of server: FinanceServer, _ token: String
    ) async throws -> Answer {
      try await server.answer(
        to: operation.method, operation.uri,
        headers: [.contentType: "application/json", .accessToken: token], body: operation.body)
    }

    private func operations(of server: FinanceServer) async throws -> [Operation] {
      let text = try await server.get("/openapi.json").body
      let document = try #require(
        JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
      var operations: [Operation] = []
      for (path, item) in try #require(document["paths"] as? [String: Object])
      where !path.hasPrefix("/v1/") {
        for (method, operation) in item {
          guard let operation = operation as? Object, operation["security"] != nil else { continue }
          operations.append(
            Operation(
              method: try #require(HTTPRequest.Method(rawValue: method.uppercased())),
              uri: "/acme\(path)\(query(of: operation))", body: try body(of: operation)))
        }
      }
      try #require(!operations.isEmpty)
      return operations
    }

    private func query(of operation: Object) -> String {
      let parameters = operation["parameters"] as? [Object] ?? []
      return parameters.map { "?\($0["name"] ?? "")=\($0["example"] ?? "")" }.joined()
    }

    private func body(of operation: Object) throws -> ByteBuffer? {
      guard let body = operation["requestBody"] as? Object else { return nil }
      let content = try #require(body["content"] as? [String: Object])
      let examples = try #require(content["application/json"]?["examples"] as? [String: Object])
      let example = try #require(examples.values.first?["value"])
      return ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: example))
    }
  }
}
