import HTTPTypes
import NIOCore
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct TokenTests {
    private static let paths: [(HTTPRequest.Method, String)] = [
      (.get, "/acme/analytics?period=current_month"), (.post, "/acme/transaction"),
    ]
    private static let missing = Answer.text(401, "A valid access token is missing")
    private static let invalid = Answer.text(401, "Invalid token")

    @Test func withoutATokenNothingIsAnswered() async throws {
      try await FinanceServer.run { server in
        for headers: HTTPFields in [
          [:], [.accessToken: ""], [.authorization: "Basic c2FtOnNlY3JldA=="],
          [.authorization: "Bearer"],
        ] {
          try await expectEqual(answers(of: server, headers), [Self.missing, Self.missing])
        }
        let response = try await server.client.executeRequest(
          uri: "/acme/analytics", method: .get, headers: [:], body: nil)
        #expect(response.headers[.wwwAuthenticate] == "Bearer")
      }
    }

    @Test func aTokenIsTakenFromEitherHeader() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        for headers: HTTPFields in [
          [.accessToken: token], [.authorization: "Bearer \(token)"],
          [.authorization: "bearer \(token)"], [.authorization: "BEARER   \(token)"],
          [.accessToken: token, .authorization: "Bearer nonsense"],
        ] {
          try await expectEqual(answers(of: server, headers).map(\.status), [200, 200])
        }
      }
    }

    @Test func oneOfTwoAuthorizationsIsNotChosen() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        var headers: HTTPFields = [.authorization: "Bearer \(token)"]
        headers.append(HTTPField(name: .authorization, value: "Bearer \(token)"))
        try await expectEqual(answers(of: server, headers), [Self.missing, Self.missing])
      }
    }

    @Test func aTokenThatIsNoneIsInvalid() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        for forged in ["nonsense", token + "0", "2" + token.dropFirst()] {
          try await expectEqual(
            answers(of: server, [.accessToken: forged]), [Self.invalid, Self.invalid])
        }
      }
    }

    @Test func aTokenOfOneTenantOpensNoOther() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        let token = try await server.register(tenant: "globex")
        try await expectEqual(
          answers(of: server, [.accessToken: token]), [Self.invalid, Self.invalid])
      }
    }

    @Test func aTokenWhoseUserIsGoneIsInvalid() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        _ = try await server.database().transaction([
          "delete from ledger_member", "delete from app_user",
        ])
        try await expectEqual(
          answers(of: server, [.accessToken: token]), [Self.invalid, Self.invalid])
      }
    }

    @Test func aTokenOfAnEarlierEpochIsInvalidAndRecordsNothing() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        _ = try await server.database().query("update app_user set token_epoch = token_epoch + 1")
        try await expectEqual(
          answers(of: server, [.accessToken: token]), [Self.invalid, Self.invalid])
        let fresh = try await server.logIn()
        try await expectEqual(
          server.analytics(token: fresh), totals(net: "0", expense: "0", income: "0"))
      }
    }

    @Test func usersOfOneTenantSeeTheirOwnFiguresOnly() async throws {
      try await FinanceServer.run { server in
        let sam = try await server.register()
        let eva = try await server.register(#"{"username":"eva","password":"p"}"#)
        try await server.record("income", "5", token: sam)
        try await server.record("expense", "3", token: eva)
        try await expectEqual(
          server.analytics(token: sam), totals(net: "5", expense: "0", income: "5"))
        try await expectEqual(
          server.analytics(token: eva), totals(net: "-3", expense: "3", income: "0"))
      }
    }

    /// Of both routes, with a body that would be taken.
    private func answers(of server: FinanceServer, _ headers: HTTPFields) async throws -> [Answer] {
      var answers: [Answer] = []
      for (method, uri) in Self.paths {
        var headers = headers
        headers[.contentType] = "application/json"
        let body = method == .post ? ByteBuffer(string: #"{"type":"income","amount":1}"#) : nil
        answers.append(try await server.answer(to: method, uri, headers: headers, body: body))
      }
      return answers
    }
  }
}
