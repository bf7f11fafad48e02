import Foundation
import Tenancy
import Testing

@testable import Finance
@testable import FinanceWeb

struct TransactionFormTests {
  private static let english = DisplayLocale("en")
  private static let euro = Currency(code: "EUR")
  private static let franc = Currency(code: "CHF")

  private static func form(_ fields: (String, String)...) -> TransactionForm {
    let all = [("amount", "12"), ("date", "2026-11-28"), ("account", "1")] + fields
    // The first field of a name counts.
    return TransactionForm(Form(all.reversed().map { (name: $0.0, value: $0.1) }))
  }

  private static func part(
    _ id: Int64, _ cents: Int64, category: Int64? = nil, to transfer: Transaction.Transfer? = nil
  ) -> Transaction.Part {
    Transaction.Part(
      id: id, money: Money(minorUnits: cents, currency: euro), memo: "", categoryID: category,
      transfer: transfer)
  }

  private static func transfer(_ cents: Int64, _ currency: Currency) throws -> Transaction.Transfer
  {
    Transaction.Transfer(
      accountID: 2, money: Money(minorUnits: cents, currency: currency),
      date: try #require(CivilDate("2026-11-28")), status: .cleared)
  }

  private static func transaction(
    _ cents: Int64, _ parts: [Transaction.Part], memo: String = ""
  ) throws -> Transaction {
    Transaction(
      id: 9, accountID: 1, date: try #require(CivilDate("2026-11-28")),
      money: Money(minorUnits: cents, currency: euro), payee: nil, memo: memo, parts: parts,
      tags: [], status: .cleared, externalID: nil, recurrenceID: nil, importID: nil, createdBy: 1,
      version: 1, createdAt: .distantPast, updatedAt: .distantPast, deletedAt: nil)
  }

  // MARK: Splits

  private static func targets(_ categories: [String]) throws -> [TransactionPatch.Target] {
    let old = try transaction(
      -1200, [part(5, -800, category: 7), part(6, -400, to: try transfer(400, euro))])
    let posted = form(
      ("part-id-0", "5"), ("part-amount-0", "8"), ("part-category-0", categories[0]),
      ("part-id-1", "6"), ("part-amount-1", "4"), ("part-category-1", categories[1]))
    let patch = TransactionPatch(try posted.entry(english), of: old)
    return try #require(patch.splits).map(\.target)
  }

  @Test func aPartWhoseCategoryIsNotChangedStaysATransfer() throws {
    let targets = try Self.targets(["7", ""])
    #expect(targets.allSatisfy { $0.categoryID.isKeep && $0.transferAccountID.isKeep })
  }

  @Test func aPartThatGetsACategoryIsNoTransferAnyMore() throws {
    let targets = try Self.targets(["", "8"])
    #expect(targets[0].categoryID.applied(to: 7) == nil)
    #expect(targets[1].categoryID.applied(to: nil) == 8)
    #expect(targets[1].transferAccountID.applied(to: 2) == nil)
  }

  // MARK: Texts

  @Test func textsAreAsTheBooksTakeThem() throws {
    let form = Self.form(("payee", " Shop "), ("memo", "one\r\ntwo "))
    let entry = try form.entry(Self.english)
    #expect(entry.payee == "Shop" && entry.memo == "one\ntwo")
  }

  @Test(arguments: [
    (String(repeating: "a", count: 201), String(repeating: "b", count: 1001)),
    ("a\nb", "a\u{202E}b"),
  ])
  func whatTheBooksDoNotTakeIsSaidBesideItsField(payee: String, memo: String) throws {
    let form = Self.form(("payee", payee), ("memo", memo), ("amount", "much"))
    let faults = try #require(throws: TransactionForm.Faults.self) {
      try form.entry(Self.english)
    }
    #expect(faults.payee != nil && faults.memo != nil && faults.amount != nil)
    #expect(form.payee == payee && form.memo == memo)
    var recurrence = RecurrenceForm(Form())
    recurrence.entry = form
    #expect(throws: RecurrenceForm.Faults.self) { try recurrence.draft(Self.english) }
  }

  @Test(arguments: ["", "weekly", String(repeating: "a", count: 50)])
  func aTagIsOneLineWithoutCommas(tag: String) {
    var several = SeveralForm()
    several.tag = tag
    #expect(several.checkedTag == tag)
    several.tag += "," + tag
    #expect(several.checkedTag == nil)
  }

  // MARK: Transfers between currencies

  private static func transfer(to amount: String) -> TransactionForm {
    form(("kind", "transfer"), ("to", "2"), ("to-amount", amount))
  }

  @Test func whatTheOtherAccountGetsHasTheOppositeSign() throws {
    let entry = try Self.transfer(to: "11.40").entry(Self.english)
    #expect(entry.amount == DecimalNumber("-12"))
    #expect(entry.target.transferAmount == DecimalNumber("11.4"))
    #expect(try Self.transfer(to: "").entry(Self.english).target.transferAmount == nil)
  }

  @Test(arguments: ["much", "0"])
  func whatIsNoAmountThereIsSaidBesideItsField(amount: String) throws {
    let faults = try #require(throws: TransactionForm.Faults.self) {
      try Self.transfer(to: amount).entry(Self.english)
    }
    #expect(faults.toAmount != nil && faults.amount == nil)
  }

  @Test func whatTheBooksSayOfTheAmountThereIsSaidBesideIt() {
    let error = InvalidInput([.init(["transfer_amount"], "is required")])
    let faults = TransactionForm.Faults(error, .german)
    #expect(faults.toAmount == Words.german.registerWords.toAmountBad && faults.general == nil)
  }

  @Test func theFormShowsWhatTheOtherAccountGotInItsCurrency() throws {
    let exchange = try Self.transaction(
      -1200, [Self.part(5, -1200, to: try Self.transfer(1140, Self.franc))])
    let form = TransactionForm(exchange, Self.english)
    #expect(form.kind == .transfer && form.amount == "12.00" && form.toAmount == "11.40")
    let plain = try Self.transaction(
      -1200, [Self.part(5, -1200, to: try Self.transfer(1200, Self.euro))])
    #expect(TransactionForm(plain, Self.english).toAmount.isEmpty)
  }
}
