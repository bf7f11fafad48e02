import Foundation
import HTTPSupport
import Tenancy
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct LedgerRoundTripTests {
    private static let reports = [
      "accounts", "accounts?at=2026-03-20", "upcoming?until=2026-08-31&limit=200",
      "transfer-suggestions", "recurrence-suggestions",
      "reports/summary?start_date=2026-01-01&end_date=2026-12-31",
      "reports/by-category?start_date=2026-01-01&end_date=2026-05-31",
      "reports/by-payee?start_date=2026-02-01&end_date=2026-04-30",
      "reports/by-tag?start_date=2026-01-01&end_date=2026-05-31",
      "reports/by-account?month=2026-04",
      "reports/cash-flow?interval=week&start_date=2026-01-01&end_date=2026-05-31",
      "reports/net-worth?interval=month&start_date=2025-12-01&end_date=2026-05-31",
      "reports/budget?start_date=2026-01-01&end_date=2026-05-31",
      "transactions?sort=date&limit=200", "transactions?limit=200&search=m1&sort=date",
      "budgets/2026-01", "budgets/2026-02", "budgets/2026-03", "budgets/2026-04",
      "budgets/2026-05", "budgets/2026-09",
    ]

    /// An export comes back into a ledger of another tenant, equal in every figure, and its export is
    /// the same but for ids and instants.
    @Test(arguments: [1, 2, 3]) func aLedgerComesBackEqualInEveryFigure(seed: UInt64) async throws {
      try await FinanceServer.run { server in
        let original = try await RandomLedger(V1Client(server), seed: seed).user
        let eve = try await V1Client(server, user: "eve", tenant: "globex")
        // Ids that are none of the original's.
        _ = try await eve.makeAccount("Other", currency: "USD")
        let copy = try await eve.inNewLedger(
          "Personal", currency: "EUR", timeZone: "Europe/Zurich")
        let export = try await original.inLedger(.get, "export?format=json")
        let preview = try await copy.upload(export.text)
        try #require(preview.status == 201, "\(preview)")
        #expect(preview.count("warnings") == 0)
        #expect(preview["contents.budgets"] == String(export.count("budgets")))
        let published = try await copy.inLedger(
          .post, "imports/\(preview["id"] ?? "")/publish")
        try #require(published.status == 200, "\(published)")

        let other = try await copy.inLedger(.get, "export?format=json")
        let (here, there) = (CanonicalLedger(of: export.json), CanonicalLedger(of: other.json))
        #expect(export.count("reconciliations") == 4)
        #expect(export.count("imported_rows") == 6)
        #expect(export.count("dismissed_transfers") == 1)
        try expectEqualTexts(here.text(export.json), there.text(other.json), "export, seed \(seed)")
        for path in Self.reports {
          let answers = try await (
            original.inLedger(.get, path), copy.inLedger(.get, path)
          )
          #expect(answers.0.status == 200, "\(answers.0)")
          try expectEqualTexts(
            here.text(answers.0.json), there.text(answers.1.json), "\(path), seed \(seed)")
        }
        for index in 0..<export.count("rules") {
          let (before, after) = try await (
            changes(by: index, of: export, original), changes(by: index, of: other, copy)
          )
          #expect(before.status == 200, "\(before)")
          try expectEqualTexts(
            here.text(before.json), there.text(after.json), "rule \(index), seed \(seed)")
        }
        // A bank's file that the original has had has nothing new for the copy either.
        let books = try await server.database("globex").query(
          "select count(*) from import_identity where ledger_id = \(copy.ledger)::bigint")
        #expect(try books[0].decode(0, as: Int64.self) == 6)
      }
    }

    private func changes(
      by index: Int, of export: V1Client.Answer, _ user: V1Client
    ) async throws -> V1Client.Answer {
      guard case .array(let rules) = export.json["rules"], case .object(var rule) = rules[index]
      else { throw NotFound() }
      for name in ["id", "created_at", "updated_at"] { rule[name] = nil }
      return try await user.inLedger(
        .post, "rules/preview", #"{"rule":\#(JSONValue.object(rule).json)}"#)
    }

    @Test func whatALockHasLockedCanBeUnlockedInTheCopy() async throws {
      try await FinanceServer.run { server in
        let original = try await RandomLedger(V1Client(server), seed: 7).user
        let copy = try await original.inNewLedger(
          "Copy", currency: "EUR", timeZone: "Europe/Zurich")
        let export = try await original.inLedger(.get, "export?format=json")
        let id = try #require(try await copy.upload(export.text)["id"])
        try await expectEqual(copy.inLedger(.post, "imports/\(id)/publish").status, 200)
        for user in [original, copy] {
          for account in try await user.inLedger(.get, "accounts").each("id").compactMap(\.self) {
            let path = "accounts/\(account)/reconciliations"
            for lock in try await user.inLedger(.get, path).each("id").compactMap(\.self) {
              let gone = try await user.inLedger(.delete, "\(path)/\(lock)")
              #expect(gone.status == 204, "\(gone)")
            }
          }
          try await expectEqual(
            user.inLedger(.get, "transactions?status=reconciled").count(), 0)
        }
        let (before, after) = try await (
          original.inLedger(.get, "export?format=json"), copy.inLedger(.get, "export?format=json")
        )
        try expectEqualTexts(
          CanonicalLedger(of: before.json).text(before.json).replacing("Personal", with: "Copy"),
          CanonicalLedger(of: after.json).text(after.json), "export")
      }
    }
  }
}

/// Tells the first line that differs, since the whole texts are long.
private func expectEqualTexts(_ one: String, _ other: String, _ place: String) throws {
  guard one != other else { return }
  let pair = zip(one.split(separator: "\n"), other.split(separator: "\n")).first { $0 != $1 }
  Issue.record("\(place):\n\(pair?.0 ?? "the end")\n\(pair?.1 ?? "the end")")
}

extension JSONValue {
  fileprivate var json: String {
    switch self {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .number(let number): number.scaled(byPowerOfTen: 0).map { String($0) } ?? "0"
    case .string(let text): "\"\(text)\""
    case .array(let elements): "[\(elements.map(\.json).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\"\($0.key)\":\($0.value.json)" }.joined(separator: ","))}"
    }
  }
}
