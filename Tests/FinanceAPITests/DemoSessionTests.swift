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
        let lost = try await server.database().query(
          """
          select t.id from transaction t join ledger l on l.id = t.ledger_id
          where l.name = \(DemoSession.oldLedgerName) order by t.id desc limit 5
          """
        ).map { try $0.decode(0, as: Int64.self) }
        _ = try await server.database().transaction([
          BookStore.takeBackSums(of: lost),
          "delete from entry where transaction_id = any(\(lost))",
          "delete from transaction where id = any(\(lost))",
        ])
        try await record(on: server)
        try await expectEqual(
          analytics(on: server), totals(net: "5000", expense: "15000", income: "20000"))
      }
    }

    @Test func whoeverSharesTheHouseholdSeesItFirst() async throws {
      try await FinanceServer.run { server in
        try await record(on: server)
        for name in [DemoSession.username, DemoSession.partner] {
          let user = try await Person(signIn: name, server, password: DemoSession.password)
          let ledgers = try await user.send(.get, "ledgers")
          #expect(ledgers.each("name").first == "Household", "\(ledgers)")
        }
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
