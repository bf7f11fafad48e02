import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct DemoSessionTests {
    @Test func theDemoIsRecordedOnceHoweverOftenItStarts() async throws {
      try await FinanceServer.run { server in
        for _ in 0..<2 { try await record(on: server) }
        try await expectEqual(
          analytics(on: server), totals(net: "5000", expense: "15000", income: "20000"))
      }
    }

    @Test func aDemoThatWasCutOffIsFinished() async throws {
      try await FinanceServer.run { server in
        try await record(on: server)
        _ = try await server.database().transaction([
          BookStore.takeBackSums(of: Array(4...8)),
          "delete from entry where transaction_id between 4 and 8",
          "delete from transaction where id between 4 and 8",
        ])
        try await record(on: server)
        try await expectEqual(
          analytics(on: server), totals(net: "5000", expense: "15000", income: "20000"))
      }
    }

    private func record(on server: FinanceServer) async throws {
      try await DemoSession.record(
        in: server.environment, tenant: FinanceServer.acme, database: server.database())
    }

    private func analytics(on server: FinanceServer) async throws -> String {
      let token = try await server.logIn(
        #"{"username":"\#(DemoSession.username)","password":"\#(DemoSession.password)"}"#)
      return try await server.analytics(token: token)
    }
  }
}
