import Foundation
import Tenancy
import Testing

@testable import Finance
@testable import FinanceWeb

struct RuleFormTests {
  private static let english = DisplayLocale("en")
  private static let german = DisplayLocale("de")

  private static func account(_ id: Int64, _ name: String, closedOn: CivilDate? = nil) -> Account {
    Account(
      id: id, type: .checking, name: name, currency: Currency(code: "EUR"), openingBalance: 0,
      openedOn: nil, closedOn: closedOn, note: "", balance: 0, clearedBalance: 0,
      // A day that there is.
      balanceDate: CivilDate("2026-11-28")!, version: 1, createdAt: .distantPast,
      updatedAt: .distantPast)
  }

  private static func category(
    _ id: Int64, _ name: String, in parent: Int64? = nil, isArchived: Bool = false
  ) -> Finance.Category {
    Finance.Category(
      id: id, name: name, kind: .expense, parentID: parent, isArchived: isArchived, version: 1,
      createdAt: .distantPast, updatedAt: .distantPast)
  }

  private static let names = RuleVocabulary.Names(
    [account(1, "Checking"), account(2, "Old", closedOn: CivilDate("2026-01-31"))],
    [category(3, "Food"), category(4, "Sweets", in: 3, isArchived: true), category(5, "Rent")])

  private static func form(
    _ conditions: [RuleForm.Part],
    _ actions: [RuleForm.Part] = [.init(key: "set_memo", typed: "seen")]
  ) -> RuleForm {
    var form = RuleForm()
    form.name = "Rule"
    (form.conditions, form.actions) = (conditions, actions)
    return form
  }

  private static func amounts(
    _ key: String, _ typed: String, _ locale: DisplayLocale
  ) -> [String]? {
    RuleCondition(key: key, typed: typed, names, locale)?.values
  }

  @Test(arguments: [
    ("1.000", "1000"), ("1.234,56", "1234.56"), ("12,50", "12.5"), ("0,05", "0.05"),
  ])
  func anAmountIsReadAsGermansWriteIt(typed: String, value: String) {
    #expect(Self.amounts("amount.is", typed, Self.german) == [value])
  }

  @Test(arguments: [("1,234.56", "1234.56"), ("1,000", "1000"), ("10 - 4", "6")])
  func anAmountIsReadAsItIsWrittenInEnglish(typed: String, value: String) {
    #expect(Self.amounts("amount.greater_than", typed, Self.english) == [value])
  }

  @Test(arguments: ["10 – 20.5", "10–20.5", "10 - 20.5", "10 \u{2212} 20.5"])
  func aRangeHasTwoEnds(typed: String) {
    #expect(Self.amounts("amount.between", typed, Self.english) == ["10", "20.5"])
  }

  @Test(arguments: [
    ("amount.is", "-5"), ("amount.is", "\u{2212}5"), ("amount.is", "much"), ("amount.is", ""),
    ("amount.is", "10 – 20"), ("amount.between", "10"), ("amount.between", "-5 – 10"),
    ("amount.between", "5 –"), ("amount.between", "5 – 6 – 7"),
  ])
  func whatIsNoAmountWithoutASignIsAFault(key: String, typed: String) throws {
    #expect(Self.amounts(key, typed, Self.english) == nil)
    let form = Self.form([.init(key: key, typed: typed)])
    let faults = try #require(throws: RuleForm.Faults.self) {
      try form.definition(Self.names, Self.english)
    }
    #expect(faults.conditions == [0: RuleWords.english.ruleAmountBad])
  }

  @Test(arguments: [["1234.5"], ["1.234"], ["0.05"], ["1000"]])
  func anAmountReadsBackAsItWas(values: [String]) {
    for locale in [Self.english, Self.german, DisplayLocale("fr")] {
      let condition = RuleCondition(.amount, .is, values)
      #expect(Self.amounts(condition.key, condition.typed(Self.names, locale), locale) == values)
      let range = RuleCondition(.amount, .between, ["0.5"] + values)
      #expect(
        Self.amounts(range.key, range.typed(Self.names, locale), locale) == ["0.5"] + values)
    }
  }

  @Test func whatIsClosedOrArchivedHasItsNameAndIsNotOffered() throws {
    let rule = RuleDefinition(
      name: "Old", trigger: .imported,
      conditions: [.init(.accountID, .is, ["2"]), .init(.categoryID, .isNot, ["4"])],
      actions: [.init(.setCategory, "4")])
    let form = RuleForm(rule, Self.names, Self.german)
    #expect(form.conditions.map(\.typed) == ["Old", "Food: Sweets"])
    #expect(form.actions.map(\.typed) == ["Food: Sweets"])
    #expect(try form.definition(Self.names, Self.german) == rule)
    #expect(Self.names.offered == ["Food", "Rent", "Checking"])
  }

  @Test func aRuleWithoutConditionsIsToldSo() throws {
    let form = Self.form([])
    let faults = try #require(throws: RuleForm.Faults.self) {
      try form.definition(Self.names, Self.german)
    }
    #expect(faults.general == RuleWords.german.needsCondition)
  }

  @Test(arguments: [("a", 200), ("e\u{301}", 100), ("a", 101)])
  func aPayeesNameThatIsTooLongForARuleIsShortened(letter: String, times: Int) throws {
    let payee = String(repeating: letter, count: times)
    let name = RuleForm.name(ofPayee: payee)
    #expect(name.unicodeScalars.count <= 100 && name.hasSuffix("…"))
    #expect(payee.hasPrefix(name.dropLast()))
    var form = Self.form([.init(key: "payee.is", typed: payee)])
    form.name = name
    #expect(try form.definition(Self.names, Self.english).name == name)
    #expect(RuleForm.name(ofPayee: String(payee.prefix(40))) == payee.prefix(40))
  }

  @Test func whatTheBooksRefuseIsSaidInWords() {
    let form = Self.form(
      [.init(key: "payee.matches", typed: "(")], [.init(key: "set_category", typed: "Sweets")])
    let error = InvalidInput([
      .init(["rule", "conditions", "0", "value"], "must be a pattern"),
      .init(["rule", "actions", "0", "value"], "is an archived one"),
      .init(["rule", "name"], "is bad"),
    ])
    let faults = RuleForm.Faults(error, of: form, .english)
    #expect(faults.conditions == [0: RuleWords.english.rulePatternBad])
    #expect(faults.actions == [0: RuleWords.english.ruleTargetBad])
    #expect(faults.general == RuleWords.english.ruleBad)
  }
}
