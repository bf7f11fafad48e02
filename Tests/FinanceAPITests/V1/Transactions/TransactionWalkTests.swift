import TestSupport
import Testing

@testable import FinanceAPI

extension DatabaseTests {
  /// Behaviour 27, while others write.
  struct TransactionWalkTests {
    private static let stayingCount = 60
    private static let writes = 60
    /// About as long as the writes.
    private static let walks = 8

    @Test(arguments: ["date", "-date", "amount", "-amount"])
    func aWalkSeesEachTransactionThatStayedOnceWhileOthersWrite(sort: String) async throws {
      try await FinanceServer.run { server in
        let user = try await V1Client(server)
        let giro = try await user.makeAccount("Giro")
        let staying = try await add(Self.stayingCount, to: giro, user)
        let passing = try await add(Self.writes / 2, to: giro, user)
        async let writing: Void = write(to: giro, staying, passing, user)
        for round in 0..<Self.walks {
          let seen = try await walk(sort, user)
          let counts = Dictionary(seen.map { ($0, 1) }, uniquingKeysWith: +)
          #expect(counts.values.allSatisfy { $0 == 1 }, "\(sort): walk \(round)")
          #expect(staying.allSatisfy { counts[$0] == 1 }, "\(sort): walk \(round)")
        }
        try await writing
      }
    }

    /// Transactions of few days and amounts, so that many are equal.
    private func add(_ count: Int, to account: String, _ user: V1Client) async throws -> [String] {
      let drafts = (0..<count).map { n in
        #"{"account_id":"\#(account)","date":"2026-05-0\#(1 + n % 3)","amount":"-\#(1 + n % 4)"}"#
      }
      let made = try await user.inLedger(
        .post, "transactions/bulk", #"{"transactions":[\#(drafts.joined(separator: ","))]}"#)
      try #require(made.status == 201, "\(made)")
      return made.each("id").compactMap(\.self)
    }

    /// Adds some, deletes those that are to go, and changes those that stay.
    private func write(
      to account: String, _ staying: [String], _ passing: [String], _ user: V1Client
    ) async throws {
      var generator = SeededGenerator(seed: 1)
      for n in 0..<Self.writes {
        try await user.record(
          "-\(1 + n % 4)", in: account, on: "2026-05-0\(Int.random(in: 1...3, using: &generator))")
        if n % 2 == 0 {
          try await expectEqual(
            user.inLedger(.delete, "transactions/\(passing[n / 2])").status, 204)
        }
        let id = staying.randomElement(using: &generator) ?? ""
        try await expectEqual(
          user.inLedger(.patch, "transactions/\(id)", #"{"memo":"\#(n)"}"#).status, 200)
      }
    }

    private func walk(_ sort: String, _ user: V1Client) async throws -> [String] {
      var (seen, cursor): ([String], String?) = ([], nil)
      repeat {
        let page = try await user.inLedger(
          .get, "transactions?sort=\(sort)&limit=7" + (cursor.map { "&cursor=\($0)" } ?? ""))
        try #require(page.status == 200, "\(page)")
        seen += page.each("id").compactMap(\.self)
        cursor = page["next_cursor"]
        #expect(cursor == nil || page.count() == 7)
      } while cursor != nil
      return seen
    }
  }
}
