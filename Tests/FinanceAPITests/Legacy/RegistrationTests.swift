import NIOPosix
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct RegistrationTests {
    @Test func aTakenNameIsAConflictWhateverThePassword() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        let conflict = Answer.text(409, "username already exists")
        try await expectEqual(server.post("/register", FinanceServer.credentials), conflict)
        try await expectEqual(
          server.post("/register", #"{"username":"sam","password":"other"}"#), conflict)
        try await expectEqual(
          server.post("/register", FinanceServer.credentials, tenant: "globex").status, 200)
      }
    }

    @Test func ofEqualRegistrationsAtOnceExactlyOneWins() async throws {
      try await FinanceServer.run { server in
        var answers = try await withThrowingTaskGroup(of: Answer.self) { group in
          for _ in 0..<12 {
            group.addTask { try await server.post("/register", FinanceServer.credentials) }
          }
          return try await group.reduce(into: [Answer: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(answers.removeValue(forKey: .text(409, "username already exists")) == 11)
        #expect(answers.keys.map(\.status) == [200])
        let users = try await server.database().query("select count(*) from app_user")
        let ledgers = try await server.database().query("select count(*) from ledger")
        #expect(try users[0].decode(0, as: Int.self) == 1)
        #expect(try ledgers[0].decode(0, as: Int.self) == 1)
      }
    }

    @Test(arguments: ["/register", "/login"])
    func aNameOrPasswordThatCannotBeIsRefusedByItsField(path: String) async throws {
      try await FinanceServer.run { server in
        let long = String(repeating: "é", count: 255)
        let veryLong = String(repeating: "x", count: 1025)
        for (body, message) in [
          (#"{"username":"","password":"p"}"#, "username must not be empty"),
          (#"{"username":"sam","password":""}"#, "password must not be empty"),
          (#"{"username":null,"password":"p"}"#, "username must be a string"),
          (#"{"username":7,"password":"p"}"#, "username must be a string"),
          (#"{"username":"sam","password":["p"]}"#, "password must be a string"),
          (
            #"{"username":"a\u0000b","password":"p"}"#,
            "username must not contain the character U+0000"
          ),
          (#"{"username":"\#(long)","password":"p"}"#, "username must have at most 254 characters"),
          (
            #"{"username":"sam","password":"\#(veryLong)"}"#,
            "password must have at most 1024 bytes"
          ),
        ] {
          try await expectEqual(server.post(path, body), .text(400, message))
        }
      }
    }

    @Test(arguments: ["/register", "/login", "/transaction"])
    func aMissingOrMalformedBodyIsABadRequest(path: String) async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        for body in [
          "{", "username=sam", "{\"amount\":NaN}", "{\"amount\":Infinity}", "\"\\ud800\"",
        ] {
          try await expectEqual(
            server.post(path, body, token: token),
            .text(400, "The body of the request is not valid JSON"))
        }
        try await expectEqual(
          server.post(path, "", token: token),
          .text(400, "The request has no body; a JSON object is expected"))
      }
    }

    @Test func theLongestNameAndPasswordWork() async throws {
      try await FinanceServer.run { server in
        let name = String(repeating: "\u{20bb7}", count: 254)
        let password = String(repeating: "x", count: 1024)
        _ = try await server.register(#"{"username":"\#(name)","password":"\#(password)"}"#)
      }
    }

    @Test func aClosedTenantRegistersNobodyButLogsItsUsersIn() async throws {
      let closed = Tenant(
        id: TenantID(), slug: "closed", displayName: "Closed", timeZone: "UTC", currency: "EUR",
        registration: .closed)
      try await FinanceServer.run([closed]) { server in
        let answer = try await server.post(
          "/register", FinanceServer.credentials, tenant: "closed")
        #expect(answer.status == 403 && answer.isProblem)
        #expect(answer.body.contains("registration-closed"))
        try await DemoSession.record(
          in: server.environment, tenant: closed, database: server.database("closed"))
        _ = try await server.logIn(
          #"{"username":"\#(DemoSession.username)","password":"\#(DemoSession.password)"}"#,
          tenant: "closed")
      }
    }
  }
}
