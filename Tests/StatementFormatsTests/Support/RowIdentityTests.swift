import Tenancy
import Testing

@testable import StatementFormats

@Suite struct RowIdentityTests {
  private func row(_ payee: String, memo: String = "", amount: String = "-1.50") throws
    -> StatementRow
  {
    let date = try #require(CivilDate("2026-11-28"))
    var row = StatementRow(line: 1, date: date, amount: DecimalNumber(amount))
    row.payee = payee
    row.memo = memo
    return row
  }

  @Test func theKeyIsStableOverVersions() throws {
    #expect(try row("Shop", memo: "Bread").contentKey == "c26cdb294f16115264d4afd98b2f743c")
  }

  @Test func caseSpacesAndZerosDoNotCount() throws {
    let key = try row("Shop One").contentKey
    #expect(try row("SHOP  ONE", amount: "-1.5").contentKey == key)
    #expect(try row("Shop Two").contentKey != key)
    #expect(try row("Shop One", amount: "1.50").contentKey != key)
    #expect(try row("Shop", memo: "One").contentKey != key)
  }

  @Test func textsThatDifferInATimeStampAreSimilar() throws {
    let first = try row("CARD 28.11 12:01 SHOP")
    let second = try row("CARD 28.11 17:45 SHOP")
    #expect(first.contentKey != second.contentKey)
    #expect(first.similarityKey == second.similarityKey)
    #expect(try row("OTHER").similarityKey != first.similarityKey)
  }

  @Test func rowsOfTwoEncodingsHaveEqualKeys() throws {
    let utf8 = try Reading(EncodingTests.western)
    let western = try Reading(EncodingTests.encoded(EncodingTests.western, .windows1252))
    #expect(utf8.rows.map(\.contentKey) == western.rows.map(\.contentKey))
  }

  @Test func equalPurchasesOfADayHaveEqualKeysAndAreAllThere() throws {
    let text = "Date,Payee,Amount\n" + String(repeating: "2026-11-28,Coffee,-2.50\n", count: 3)
    let rows = try Reading(text).rows
    #expect(rows.count == 3)
    #expect(Set(rows.map(\.contentKey)).count == 1)
  }
}
