import HTTPTypes
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  struct TagTests {
    private func mark(_ user: V1Client, _ account: String, _ tags: [String]) async throws -> String
    {
      let tags = tags.map { "\"\($0)\"" }.joined(separator: ",")
      return try await user.make(
        "transactions",
        #"{"account_id":"\#(account)","date":"2026-05-02","amount":"-3","tags":[\#(tags)]}"#)
    }

    private func ids(_ user: V1Client) async throws -> [String: String] {
      let list = try await user.inLedger(.get, "tags")
      var ids: [String: String] = [:]
      for (name, id) in zip(list.each("name"), list.each("id")) { ids[name ?? ""] = id }
      return ids
    }

    @Test func tagsAreListedByNameWithTheirUse() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        _ = try await mark(user, giro, ["Trip", "Fun"])
        let gone = try await mark(user, giro, ["trip"])
        _ = try await mark(user, giro, ["TRIP"])
        _ = try await user.inLedger(.delete, "transactions/\(gone)")
        let list = try await user.inLedger(.get, "tags")
        #expect(list.each("name") == ["Fun", "Trip"])
        #expect(list.each("transaction_count") == ["1", "2"])
        #expect(list["next_cursor"] == nil)
      }
    }

    @Test func aRenamedTagIsShownByItsTransactions() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let entry = try await mark(user, giro, ["Trip", "Fun"])
        let before = try await user.inLedger(.get, "transactions/\(entry)").headers[.eTag]
        let ids = try await ids(user)
        let trip = try #require(ids["Trip"])
        let renamed = try await user.inLedger(.patch, "tags/\(trip)", #"{"name":"Voyage"}"#)
        #expect(renamed["name"] == "Voyage", "\(renamed)")
        let after = try await user.inLedger(.get, "transactions/\(entry)")
        #expect(after["tags.0"] == "Fun")
        #expect(after["tags.1"] == "Voyage")
        #expect(after.headers[.eTag] != before)
        try await expectEqual(user.inLedger(.get, "transactions?tag=voyage").count(), 1)
        let taken = try await user.inLedger(.patch, "tags/\(trip)", #"{"name":"FUN"}"#)
        #expect(taken.status == 409)
        #expect(taken.problem == "tag-name-taken")
        #expect(taken["detail"]?.contains("tags/\(trip)/merge") == true)
      }
    }

    @Test func aMergedTagMarksEachTransactionOnce() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let both = try await mark(user, giro, ["Trip", "Voyage"])
        let one = try await mark(user, giro, ["Trip"])
        let ids = try await ids(user)
        let (trip, voyage) = (try #require(ids["Trip"]), try #require(ids["Voyage"]))
        let merged = try await user.inLedger(
          .post, "tags/\(trip)/merge", #"{"into":"\#(voyage)"}"#)
        #expect(merged["transaction_count"] == "2", "\(merged)")
        for id in [both, one] {
          let entry = try await user.inLedger(.get, "transactions/\(id)")
          #expect(entry["tags.0"] == "Voyage")
          #expect(entry.count("tags") == 1)
        }
        try await expectEqual(user.inLedger(.get, "tags/\(trip)").status, 404)
        let again = try await user.inLedger(
          .post, "tags/\(voyage)/merge", #"{"into":"\#(trip)"}"#)
        #expect(again.errors == ["/into": "is no tag of this ledger"])
      }
    }

    @Test func aDeletedTagIsTakenOffItsTransactions() async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let other = try await V1Client(server, user: "eve")
        let giro = try await user.makeAccount("Giro")
        let entry = try await mark(user, giro, ["Trip", "Fun"])
        let trip = try #require(try await ids(user)["Trip"])
        try await expectEqual(other.inLedger(.delete, "tags/\(trip)").status, 404)
        try await expectEqual(user.inLedger(.delete, "tags/\(trip)").status, 204)
        let left = try await user.inLedger(.get, "transactions/\(entry)")
        #expect(left["tags.0"] == "Fun")
        #expect(left.count("tags") == 1)
        try await expectEqual(user.inLedger(.get, "transactions?tag=trip").count(), 0)
      }
    }
  }
}
