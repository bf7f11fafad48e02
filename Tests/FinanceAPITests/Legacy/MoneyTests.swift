import PostgresClient
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct MoneyTests {
    @Test func sumsAreExact() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        try await server.record("income", "0.1", token: token)
        try await server.record("income", "0.2", token: token)
        try await expectEqual(
          server.analytics(token: token), totals(net: "0.3", expense: "0", income: "0.3"))
        for _ in 0..<3 { try await server.record("expense", "0.33", token: token) }
        try await expectEqual(
          server.analytics(token: token), totals(net: "-0.69", expense: "0.99", income: "0.3"))
      }
    }

    @Test func anAmountIsTakenHoweverItIsWritten() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        for amount in ["10", "10.0", "1e1", "10.000000000000000000000", "1000e-2"] {
          try await server.record("income", amount, token: token)
        }
        try await expectEqual(
          server.analytics(token: token), totals(net: "50", expense: "0", income: "50"))
      }
    }

    @Test func anAmountThatIsNotExactFinitePositiveAndBoundedIsRefused() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        let digits = String(repeating: "9", count: 100_000)
        for (text, amounts) in [
          ("is mandatory and can be only of float datatype", ["-1", "-0.01", "-0.001", "-1e999"]),
          (
            "can have at most 2 decimals in EUR",
            ["0.001", "1.005", "0.30000000000000004", "1e-3", "0.\(digits)"]
          ),
          (
            "can be at most 9999999999999.99 in EUR",
            ["1e999", "1e99999999999999999999", "10000000000000", "1000000000000000", digits]
          ),
        ] {
          for amount in amounts {
            try await expectEqual(
              server.post(
                "/transaction", #"{"type":"income","amount":\#(amount)}"#, token: token),
              .text(400, "amount \(text)"), "\(amount.prefix(30))")
          }
        }
        try await expectEqual(
          server.analytics(token: token), totals(net: "0", expense: "0", income: "0"))
        try await server.record("income", "9999999999999.99", token: token)
        try await expectEqual(
          server.analytics(token: token),
          totals(net: "9999999999999.99", expense: "0", income: "9999999999999.99"))
      }
    }

    @Test func sumsBeyondABigintAreExact() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        try await server.record("income", "9999999999999.99", token: token)
        // As if there were 20,000 of them.
        _ = try await server.database().query(
          "update account_month set inflow = inflow * 20000, outflow = outflow * 20000")
        let sum = "199999999999999800"
        try await expectEqual(
          server.analytics(token: token), totals(net: sum, expense: "0", income: sum))
      }
    }

    @Test func eachCurrencyHasItsOwnDecimals() async throws {
      let yen = tenant("yen", currency: "JPY")
      let dinar = tenant("dinar", currency: "KWD")
      try await FinanceServer.run([yen, dinar]) { server in
        let inYen = try await server.register(tenant: "yen")
        try await server.record("income", "1000.0", token: inYen, tenant: "yen")
        for (amount, text) in [
          ("10.50", "amount can have no decimals in JPY"),
          ("1e15", "amount can be at most 999999999999999 in JPY"),
        ] {
          try await expectEqual(
            server.post(
              "/transaction", #"{"type":"income","amount":\#(amount)}"#, token: inYen,
              tenant: "yen"), .text(400, text))
        }
        try await expectEqual(
          server.analytics(token: inYen, tenant: "yen"),
          totals(net: "1000", expense: "0", income: "1000"))
        let inDinar = try await server.register(tenant: "dinar")
        try await server.record("income", "0.125", token: inDinar, tenant: "dinar")
        try await expectEqual(
          server.analytics(token: inDinar, tenant: "dinar"),
          totals(net: "0.125", expense: "0", income: "0.125"))
      }
    }

    /// A ledger keeps the currency that it was opened in, whatever its tenant's is by now.
    @Test func figuresAreInTheLedgersOwnCurrency() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        _ = try await server.database().query(
          "update ledger set currency = 'JPY', time_zone = 'Asia/Tokyo'")
        try server.clock.set("2026-05-31T16:00:00Z")  // 1 June in Tokyo, 31 May in Zurich.
        try await server.record("income", "300", token: token)
        let stored = try await server.database().query(
          "select amount, date::text from transaction")
        #expect(try stored[0].decode(0, as: Int64.self) == 300)
        #expect(try stored[0].decode(1, as: String.self) == "2026-06-01")
        try await expectEqual(
          server.analytics(token: token), totals(net: "300", expense: "0", income: "300"))
      }
    }

    @Test func anAmountNeedNotBeOneOfTheTenantsCurrency() async throws {
      try await FinanceServer.run([tenant("yen", currency: "JPY")]) { server in
        let token = try await server.register(tenant: "yen")
        _ = try await server.database("yen").query("update ledger set currency = 'EUR'")
        try await server.record("income", "10.50", token: token, tenant: "yen")
        try await expectEqual(
          server.analytics(token: token, tenant: "yen"),
          totals(net: "10.5", expense: "0", income: "10.5"))
        try await expectEqual(
          server.post(
            "/transaction", #"{"type":"income","amount":1.005}"#, token: token, tenant: "yen"),
          .text(400, "amount can have at most 2 decimals in EUR"))
      }
    }

    @Test func descriptionsAreKeptAsTheyAre() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        for description in [#""groceries""#, #""""#, #""'; drop table ledger; -- \"é\n😀""#] {
          let entry = #"{"type":"expense","amount":1,"description":\#(description)}"#
          try await expectEqual(server.post("/transaction", entry, token: token).status, 200)
        }
        try await server.record("expense", "1", token: token)
        let rows = try await server.database().query(
          "select memo from transaction order by id")
        let stored = try rows.map { try $0.decode(0, as: String.self) }
        #expect(stored == ["groceries", "", "'; drop table ledger; -- \"é\n😀", ""])
      }
    }

    @Test func aDescriptionThatCannotBeIsRefused() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register()
        let long = String(repeating: "x", count: 1001)
        for (description, message) in [
          ("7", "description must be a string"), ("[null]", "description must be a string"),
          (#""a\u0000b""#, "description must not contain the character U+0000"),
          (#""\#(long)""#, "description must have at most 1000 characters"),
        ] {
          let entry = #"{"type":"income","amount":1,"description":\#(description)}"#
          try await expectEqual(
            server.post("/transaction", entry, token: token), .text(400, message))
        }
      }
    }

    private func tenant(_ slug: String, currency: String) -> Tenant {
      Tenant(
        id: TenantID(), slug: slug, displayName: slug, timeZone: "UTC", currency: currency,
        registration: .open)
    }
  }
}
