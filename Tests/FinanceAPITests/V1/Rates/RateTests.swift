import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct RateTests {
    @Test func aRateIsSetReadChangedAndDeleted() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let path = "rates/USD/EUR/2026-05-01"
        let made = try await user.inLedger(.put, path, #"{"rate":"0.9010"}"#)
        #expect(made.status == 201, "\(made)")
        #expect(made.text == #"{"from":"USD","to":"EUR","date":"2026-05-01","rate":"0.901"}"#)
        let tag = try #require(made.headers[.eTag])
        let shown = try await user.inLedger(.get, path)
        #expect(shown.status == 200 && shown.text == made.text && shown.headers[.eTag] == tag)
        let changed = try await user.inLedger(
          .put, path, #"{"rate":"0.95"}"#, headers: [.ifMatch: tag])
        #expect(changed.status == 200 && changed["rate"] == "0.95", "\(changed)")
        let stale = try await user.inLedger(
          .put, path, #"{"rate":"0.96"}"#, headers: [.ifMatch: tag])
        #expect(stale.status == 412)
        try await expectEqual(
          user.inLedger(.delete, path, headers: [.ifMatch: tag]).status, 412)
        try await expectEqual(user.inLedger(.delete, path).status, 204)
        try await expectEqual(user.inLedger(.get, path).status, 404)
        try await expectEqual(user.inLedger(.delete, path).status, 404)
        let absent = try await user.inLedger(
          .put, path, #"{"rate":"0.96"}"#, headers: [.ifMatch: "*"])
        #expect(absent.status == 412)
      }
    }

    @Test func whatIsNoRateIsRefusedWithAllThatIsWrong() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        for (rate, pointer) in [
          (#"{"rate":"0"}"#, "/rate"), (#"{"rate":"-1"}"#, "/rate"),
          (#"{"rate":"0.1234567890123"}"#, "/rate"), (#"{"rate":0.5}"#, "/rate"), ("{}", "/rate"),
          (#"{"rate":"1","note":"x"}"#, "/note"),
        ] {
          let answer = try await user.inLedger(.put, "rates/USD/EUR/2026-05-01", rate)
          #expect(answer.status == 400 && answer.errors[pointer] != nil, "\(rate): \(answer)")
        }
        let path = try await user.inLedger(.put, "rates/EUR/EUR/2026-02-30", #"{"rate":"1"}"#)
        #expect(Set(path.errors.keys) == ["to", "date"], "\(path)")
        let currency = try await user.inLedger(.put, "rates/XXX/eur/2026-02-28", #"{"rate":"1"}"#)
        #expect(Set(currency.errors.keys) == ["from", "to"], "\(currency)")
        try await expectEqual(user.inLedger(.get, "rates/EUR/EUR/2026-02-30").status, 404)
      }
    }

    @Test func ratesAreListedPageByPageAndByCurrency() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        for name in [
          "USD/EUR/2026-05-02", "USD/EUR/2026-05-01", "EUR/JPY/2026-05-01", "USD/JPY/2026-05-03",
          "EUR/USD/2024-02-29",
        ] {
          try await expectEqual(
            user.inLedger(.put, "rates/\(name)", #"{"rate":"1.5"}"#).status, 201)
        }
        var seen: [String?] = []
        var cursor: String?
        repeat {
          let page = try await user.inLedger(
            .get, "rates?limit=2" + (cursor.map { "&cursor=\($0)" } ?? ""))
          #expect(page.status == 200 && page.count() <= 2)
          for index in 0..<page.count() {
            seen.append(
              ["from", "to", "date"].map { page["data.\(index).\($0)"] ?? "" }
                .joined(separator: "/"))
          }
          cursor = page["next_cursor"]
        } while cursor != nil
        #expect(
          seen == [
            "EUR/JPY/2026-05-01", "EUR/USD/2024-02-29", "USD/EUR/2026-05-01", "USD/EUR/2026-05-02",
            "USD/JPY/2026-05-03",
          ])
        let filtered = try await user.inLedger(.get, "rates?from=USD&to=EUR&limit=1")
        #expect(filtered.each("date") == ["2026-05-01"])
        let next = try #require(filtered["next_cursor"])
        try await expectEqual(
          user.inLedger(.get, "rates?from=USD&limit=1&cursor=\(next)").status, 400)
        try await expectEqual(user.inLedger(.get, "rates?currency=USD").status, 400)
        try await expectEqual(user.inLedger(.get, "rates?from=CHF").count(), 0)
      }
    }

    @Test func aViewerReadsRatesAndDoesNotWriteThem() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let viewer = try await V1Client(server, user: "kim")
        try await user.share(with: viewer)
        let path = "ledgers/\(user.ledger)/rates/USD/EUR/2026-05-01"
        try await expectEqual(viewer.send(.put, path, #"{"rate":"0.9"}"#).problem, "read-only")
        try await expectEqual(user.send(.put, path, #"{"rate":"0.9"}"#).status, 201)
        try await expectEqual(viewer.send(.get, path).status, 200)
        try await expectEqual(viewer.send(.delete, path).problem, "read-only")
      }
    }

    @Test func ratesAreOfOneLedger() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "kim")
        let path = "rates/USD/EUR/2026-05-01"
        try await expectEqual(user.inLedger(.put, path, #"{"rate":"0.9"}"#).status, 201)
        try await expectEqual(other.inLedger(.get, path).status, 404)
        try await expectEqual(other.inLedger(.get, "rates").count(), 0)
        try await expectEqual(
          other.send(.get, "ledgers/\(user.ledger)/rates").status, 404)
      }
    }
  }
}
