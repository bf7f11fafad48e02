import HTTPTypes
import NIOCore
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  /// The table of the old contract, line by line.
  struct ContractTests {
    @Test func healthAnswersSuccess() async throws {
      try await FinanceServer.run { server in
        try await expectEqual(server.get("/health"), .text(200, "success"))
        try await expectEqual(server.answer(to: .head, "/acme/health").status, 200)
      }
    }

    @Test func registeringAnswersTheUsersID() async throws {
      try await FinanceServer.run { server in
        try await expectEqual(
          server.post("/register", FinanceServer.credentials), .json(#"{"id":1}"#))
        try await expectEqual(
          server.post("/register", #"{"username":"eva","password":"secret"}"#), .json(#"{"id":2}"#))
      }
    }

    @Test(arguments: ["/register", "/login"])
    func credentialsAreMandatory(path: String) async throws {
      try await FinanceServer.run { server in
        for body in [
          #"{"username":"sam"}"#, #"{"password":"secret"}"#, "{}", "[]", "null", "[1]", "7",
          #""username""#,
        ] {
          try await expectEqual(
            server.post(path, body), .text(400, "username and password are mandatory"),
            "\(body)")
        }
      }
    }

    @Test func loggingInAnswersATokenThatTheRoutesTake() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        try await server.record("income", "1", token: token)
        try await expectEqual(
          server.analytics(token: token), totals(net: "1", expense: "0", income: "1"))
      }
    }

    @Test func aWrongPasswordAndAnUnknownUserAreAnsweredAlike() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        let refusal = Answer.text(401, "Login failed due to incorrect password or username")
        for body in [
          #"{"username":"sam","password":"Secret"}"#, #"{"username":"eva","password":"secret"}"#,
          #"{"username":"sam ","password":"secret"}"#,
        ] {
          try await expectEqual(server.post("/login", body), refusal, "\(body)")
        }
      }
    }

    @Test func theSessionOfTheOldAppAddsUp() async throws {
      try await FinanceServer.run { server in
        for tenant in ["acme", "globex"] {
          let token = try await server.register(
            #"{"username":"sam.johnson@gmail.com","password":"password@123"}"#, tenant: tenant)
          for entry in [
            #"{"type":"income","amount":10000.0,"description":"Income from salary"}"#,
            #"{"type":"income","amount":5000.0,"description":"Income from stocks"}"#,
            #"{"type":"income","amount":5000.0,"description":"Income from property"}"#,
            #"{"type":"expense","amount":2000.0,"description":"groceries"}"#,
            #"{"type":"expense","amount":5000.0,"description":"travel"}"#,
            #"{"type":"expense","amount":2000.0,"description":"bills"}"#,
            #"{"type":"expense","amount":5000.0,"description":"rent"}"#,
            #"{"type":"expense","amount":1000.0}"#,
          ] {
            try await expectEqual(
              server.post("/transaction", entry, token: token, tenant: tenant),
              .json(#"{"message":"success"}"#))
          }
          try await expectEqual(
            server.get(
              "/analytics?period=current_month", token: token, tenant: tenant),
            .json(#"{"net_balance":5000,"total_expense":15000,"total_income":20000}"#))
          try await expectEqual(
            server.get("/analytics?period=last_month", token: token, tenant: tenant),
            .json(#"{"net_balance":0,"total_expense":0,"total_income":0}"#))
        }
      }
    }

    @Test func anEntryIsCheckedInTheOrderOfOld() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        let mandatory = "Type and amount are mandatory"
        let type = "Type can be income or expense"
        let amount = "amount is mandatory and can be only of float datatype"
        for (body, message) in [
          ("{}", mandatory), ("[]", mandatory), ("null", mandatory),
          (#"{"type":"income"}"#, mandatory), (#"{"amount":1}"#, mandatory),
          (#"{"type":"income","amount":null}"#, mandatory),
          (#"{"type":"income","amount":""}"#, mandatory), (#"{"type":"","amount":1}"#, mandatory),
          (#"{"type":"income","amount":0}"#, mandatory),
          (#"{"type":"income","amount":0.0}"#, mandatory),
          (#"{"type":"gift","amount":0}"#, mandatory),
          (#"{"type":"gift","amount":1}"#, type), (#"{"type":"gift","amount":"x"}"#, type),
          (#"{"type":"Income","amount":1}"#, type), (#"{"type":7,"amount":1}"#, type),
          (#"{"type":"income","amount":"10"}"#, amount),
          (#"{"type":"income","amount":true}"#, amount),
          (#"{"type":"income","amount":[1]}"#, amount),
          (#"{"type":"income","amount":-1}"#, amount),
        ] {
          try await expectEqual(
            server.post("/transaction", body, token: token), .text(400, message),
            "\(body)")
        }
        try await expectEqual(
          server.analytics(token: token), totals(net: "0", expense: "0", income: "0"))
      }
    }

    @Test func aWrongPeriodIsABadRequest() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        for query in ["", "?period=", "?period=month", "?period=Last_month", "?other=last_month"] {
          try await expectEqual(
            server.get("/analytics" + query, token: token),
            .text(
              400, "Invalid time period. Supported period: last_month, current_month"), "\(query)")
        }
        try await expectEqual(
          server.get("/analytics?x=1&period=last%5Fmonth", token: token).status, 200)
      }
    }

    @Test func whatTheOldTableDoesNotHaveIsAProblem() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        let json: HTTPFields = [.contentType: "application/json", .accessToken: token]
        let text: HTTPFields = [.contentType: "text/plain", .accessToken: token]
        let large = ByteBuffer(repeating: UInt8(ascii: " "), count: 1 << 20 + 1)
        let cases: [(HTTPRequest.Method, String, HTTPFields, ByteBuffer?, Int)] = [
          (.get, "/acme/nothing", json, nil, 404),
          (.get, "/acme/register", json, nil, 405),
          (.delete, "/acme/analytics", json, nil, 405),
          (.post, "/acme/login", json, large, 413),
          (.post, "/acme/register", text, ByteBuffer(string: "{}"), 415),
          (.post, "/acme/login", [:], ByteBuffer(string: "{}"), 415),
          (.post, "/acme/transaction", text, ByteBuffer(string: "{}"), 415),
        ]
        for (method, uri, headers, body, status) in cases {
          let answer = try await server.answer(to: method, uri, headers: headers, body: body)
          #expect(answer.status == status && answer.isProblem, "\(method) \(uri): \(answer)")
        }
      }
    }
  }
}
