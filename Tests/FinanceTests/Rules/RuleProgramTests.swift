import Tenancy
import Testing

@testable import Finance

struct RuleProgramTests {
  private static let checking: Int64 = 1
  private static let savings: Int64 = 2
  private static let dollars: Int64 = 3
  private static let closed: Int64 = 4
  private static let groceries: Int64 = 10
  private static let salary: Int64 = 11
  private static let archived: Int64 = 12

  private static let accounts = BookAccounts([
    account(checking, .asset), account(savings, .asset), account(dollars, .asset, "USD"),
    account(closed, .asset, isClosed: true), account(groceries, .expense, nil),
    account(salary, .income, nil), account(archived, .expense, nil, isClosed: true),
  ])

  private static func account(
    _ id: Int64, _ kind: AccountKind, _ currency: String? = "EUR", isClosed: Bool = false
  ) -> BookAccounts.Account {
    BookAccounts.Account(
      id: id, kind: kind, type: "", currency: currency.map(Currency.init(code:)), isClosed: isClosed
    )
  }

  private static func draft(
    _ amount: String = "-12.30", payee: String? = "Café Ümläut GmbH", memo: String = "Invoice 4711",
    _ target: TransactionDraft.Target = .init(), tags: [String] = [],
    splits: [TransactionDraft.Split] = []
  ) throws -> TransactionDraft {
    TransactionDraft(
      accountID: checking, date: try #require(CivilDate("2026-05-15")),
      amount: try #require(DecimalNumber(amount)), payee: payee, memo: memo, target: target,
      tags: tags, splits: splits)
  }

  private func rule(
    _ conditions: [RuleCondition], _ actions: [RuleAction] = [RuleAction(.addTag, "hit")],
    _ match: RuleDefinition.Match = .all
  ) -> RuleDefinition {
    RuleDefinition(
      name: "r", trigger: .created, match: match, conditions: conditions, actions: actions)
  }

  private func holds(_ condition: RuleCondition, for draft: TransactionDraft) throws -> Bool {
    try RuleProgram(rule([condition])).applied(to: draft, Self.accounts).tags == ["hit"]
  }

  /// Applies one action to what every transaction is like.
  private func apply(
    _ kind: RuleAction.Kind, _ value: String, to draft: TransactionDraft,
    keeping chosen: ChosenFields = []
  ) throws -> TransactionDraft {
    let always = RuleCondition(.amount, .greaterThan, ["0"])
    return try RuleProgram(rule([always], [RuleAction(kind, value)]))
      .applied(to: draft, keeping: chosen, Self.accounts)
  }

  @Test(arguments: [RuleCondition.Field.payee, .memo, .bankText])
  func textsAreComparedWithoutCaseAndAccents(field: RuleCondition.Field) throws {
    let draft = try Self.draft(payee: "Café Ümläut", memo: "Café Ümläut")
    let both = field == .bankText ? "cafe umlaut cafe umlaut" : "cafe umlaut"
    for (comparison, value, isSo) in [
      (.is, both.uppercased(), true), (.is, "cafe", false), (.isNot, both, false),
      (.isNot, "cafe", true), (.contains, "FÉ ÜM", true), (.contains, "feum", false),
      (.notContains, "fe um", false), (.notContains, "tea", true), (.startsWith, "CAFE", true),
      (.startsWith, "umlaut", false), (.endsWith, "umlaut", true), (.endsWith, "cafe", false),
      (.matches, "^café .*T$", true), (.matches, #"\d"#, false),
    ] as [(RuleCondition.Operator, String, Bool)] {
      try #expect(
        holds(RuleCondition(field, comparison, [value]), for: draft) == isSo,
        "\(comparison) \(value)")
    }
    try #expect(!holds(RuleCondition(field, .isEmpty, []), for: draft))
    try #expect(holds(RuleCondition(field, .isEmpty, []), for: Self.draft(payee: nil, memo: "")))
  }

  @Test func aBanksTextIsPayeeAndMemo() throws {
    let draft = try Self.draft(payee: "Shop", memo: "Card 1234")
    try #expect(holds(RuleCondition(.bankText, .is, ["shop card 1234"]), for: draft))
    try #expect(
      holds(RuleCondition(.bankText, .is, ["card"]), for: Self.draft(payee: nil, memo: "Card")))
  }

  @Test(
    arguments: [
      (.is, ["12.3"], true), (.is, ["12.30"], true), (.is, ["12.31"], false), (.is, ["123"], false),
      (.isNot, ["12.30"], false), (.isNot, ["1.230"], true), (.greaterThan, ["12.29"], true),
      (.greaterThan, ["12.30"], false), (.greaterThan, ["9"], true), (.greaterThan, ["100"], false),
      (.lessThan, ["12.31"], true), (.lessThan, ["12.30"], false), (.lessThan, ["9"], false),
      (.between, ["12.30", "12.30"], true), (.between, ["0", "12.29"], false),
      (.between, ["12.31", "1000"], false), (.between, ["0.001", "999999999999999"], true),
    ] as [(RuleCondition.Operator, [String], Bool)])
  func amountsAreComparedWithoutTheirSign(
    comparison: RuleCondition.Operator, values: [String], isSo: Bool
  ) throws {
    for amount in ["-12.30", "12.30"] {
      try #expect(
        holds(RuleCondition(.amount, comparison, values), for: Self.draft(amount)) == isSo)
    }
  }

  @Test func accountsAndTypesAndCategories() throws {
    let expense = try Self.draft()
    let refund = try Self.draft("5", .init(categoryID: Self.groceries))
    let income = try Self.draft("5", .init(categoryID: Self.salary))
    let transfer = try Self.draft("5", .init(transferAccountID: Self.savings))
    func check(
      _ field: RuleCondition.Field, _ value: String, _ hits: [Bool],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let drafts = [expense, refund, income, transfer]
      let found = try drafts.map { try holds(RuleCondition(field, .is, [value]), for: $0) }
      let others = try drafts.map { try holds(RuleCondition(field, .isNot, [value]), for: $0) }
      #expect(found == hits, "\(field) \(value)", sourceLocation: sourceLocation)
      #expect(others == hits.map { !$0 }, "\(field) \(value)", sourceLocation: sourceLocation)
    }
    try check(.accountID, "1", [true, true, true, true])
    try check(.accountID, "2", [false, false, false, false])
    try check(.type, "expense", [true, true, false, false])
    try check(.type, "income", [false, false, true, false])
    try check(.type, "transfer", [false, false, false, true])
    try check(.categoryID, "10", [false, true, false, false])
    try check(.categoryID, "none", [true, false, false, false])
    try #expect(holds(RuleCondition(.categoryID, .isEmpty, []), for: expense))
    try #expect(!holds(RuleCondition(.categoryID, .isEmpty, []), for: transfer))
  }

  @Test func conditionsSeeThePartsOfASplit() throws {
    func part(_ amount: String, _ target: TransactionDraft.Target) throws -> TransactionDraft.Split
    {
      .init(amount: try #require(DecimalNumber(amount)), target: target)
    }
    let split = try Self.draft(splits: [
      part("-10", .init(categoryID: Self.groceries)),
      part("-2.30", .init(transferAccountID: Self.savings)),
    ])
    try #expect(holds(RuleCondition(.categoryID, .is, ["10"]), for: split))
    try #expect(holds(RuleCondition(.type, .is, ["expense"]), for: split))
    try #expect(holds(RuleCondition(.type, .is, ["transfer"]), for: split))
    try #expect(!holds(RuleCondition(.type, .is, ["income"]), for: split))
    try #expect(!holds(RuleCondition(.categoryID, .is, ["none"]), for: split))
  }

  @Test func allOrAnyOfTheConditionsMustHold() throws {
    let yes = RuleCondition(.payee, .contains, ["cafe"])
    let no = RuleCondition(.amount, .greaterThan, ["100"])
    for (conditions, match, isSo) in [
      ([yes, yes], .all, true), ([yes, no], .all, false), ([yes, no], .any, true),
      ([no, no], .any, false),
    ] as [([RuleCondition], RuleDefinition.Match, Bool)] {
      let program = try RuleProgram(rule(conditions, [RuleAction(.addTag, "hit")], match))
      let after = try program.applied(to: Self.draft(), Self.accounts)
      #expect((after.tags == ["hit"]) == isSo)
    }
  }

  @Test func actionsAreDoneInOrder() throws {
    let program = try RuleProgram(
      rule(
        [RuleCondition(.payee, .contains, ["cafe"])],
        [
          RuleAction(.setCategory, "10"), RuleAction(.setPayee, "Coffee"),
          RuleAction(.setMemo, "one"), RuleAction(.appendMemo, "two"), RuleAction(.addTag, "a"),
          RuleAction(.addTag, "b"), RuleAction(.removeTag, "A"), RuleAction(.setStatus, "pending"),
        ]))
    let after = try program.applied(to: Self.draft(), Self.accounts)
    #expect(after.target == .init(categoryID: Self.groceries))
    #expect(after.payee == "Coffee")
    #expect(after.memo == "one two")
    #expect(after.tags == ["b"])
    #expect(after.status == .pending)
  }

  @Test func anActionDoneTwiceIsDoneOnce() throws {
    let draft = try Self.draft(payee: "coffee", memo: "Paid ONCE", tags: ["Food"])
    try #expect(apply(.appendMemo, "once", to: draft) == draft)
    try #expect(apply(.addTag, "food", to: draft) == draft)
    try #expect(apply(.setPayee, "Coffee", to: draft) == draft)
    try #expect(apply(.removeTag, "travel", to: draft) == draft)
    try #expect(apply(.appendMemo, "tip", to: Self.draft(memo: "")).memo == "tip")
  }

  @Test func aTransferIsMadeBetweenOpenAccountsInOneCurrency() throws {
    let draft = try Self.draft("-12.30", .init(categoryID: Self.groceries))
    let after = try apply(.setTransferAccount, "2", to: draft)
    #expect(after.target == .init(transferAccountID: Self.savings))
    for account in ["1", "3", "4", "10", "99"] {
      try #expect(apply(.setTransferAccount, account, to: draft) == draft, "\(account)")
    }
  }

  @Test func whatTheBooksCouldNotHaveIsNotDone() throws {
    let transfer = try Self.draft("-12.30", .init(transferAccountID: Self.savings))
    let part = TransactionDraft.Split(
      amount: try #require(DecimalNumber("-6.15")), target: .init())
    let split = try Self.draft(splits: [part, part])
    for draft in [transfer, split] {
      try #expect(apply(.setCategory, "10", to: draft) == draft)
      try #expect(apply(.setTransferAccount, "2", to: draft) == draft)
    }
    let draft = try Self.draft()
    // Archived, an account, gone.
    for category in ["12", "1", "99"] {
      try #expect(apply(.setCategory, category, to: draft) == draft)
    }
    let full = try Self.draft(
      memo: String(repeating: "x", count: 999), tags: (0..<50).map { "tag \($0)" })
    try #expect(apply(.appendMemo, "y", to: full) == full)
    try #expect(apply(.addTag, "one more", to: full) == full)
  }

  @Test func whatSomebodyChoseStays() throws {
    let draft = try Self.draft()
    for (kind, value, field) in [
      (.setCategory, "10", .target), (.setTransferAccount, "2", .target),
      (.setPayee, "x", .payee), (.setMemo, "x", .memo), (.appendMemo, "x", .memo),
      (.addTag, "x", .tags), (.setStatus, "pending", .status),
    ] as [(RuleAction.Kind, String, ChosenFields)] {
      try #expect(apply(kind, value, to: draft) != draft)
      try #expect(apply(kind, value, to: draft, keeping: field) == draft)
    }
    #expect(ChosenFields(in: draft) == [.payee, .memo])
    #expect(try ChosenFields(in: Self.draft(payee: "", memo: "", tags: ["a"])) == [.tags])
    #expect(
      try ChosenFields(in: Self.draft(payee: nil, memo: "", .init(categoryID: 10))) == [.target])
  }

  @Test(
    arguments: [
      (.payee, .greaterThan, ["1"], "operator"), (.memo, .between, ["a", "b"], "operator"),
      (.bankText, .lessThan, ["1"], "operator"), (.amount, .contains, ["1"], "operator"),
      (.amount, .matches, ["1"], "operator"), (.amount, .isEmpty, [], "operator"),
      (.accountID, .contains, ["1"], "operator"), (.accountID, .isEmpty, [], "operator"),
      (.type, .startsWith, ["in"], "operator"), (.categoryID, .greaterThan, ["1"], "operator"),
      (.type, .is, ["refund"], "value"), (.accountID, .is, ["none"], "value"),
      (.categoryID, .is, ["x"], "value"), (.payee, .contains, [""], "value"),
      (.payee, .contains, [], "value"), (.payee, .contains, ["a", "b"], "value"),
      (.payee, .isEmpty, ["a"], "value"), (.amount, .between, ["1"], "value"),
      (.amount, .between, ["2", "1"], "value"), (.amount, .is, ["-1"], "value"),
      (.amount, .is, ["1,5"], "value"), (.payee, .matches, [#"(a)\1"#], "value"),
      (.payee, .matches, ["(?=a)"], "value"),
    ] as [(RuleCondition.Field, RuleCondition.Operator, [String], String)])
  func aConditionThatMakesNoSenseIsRefused(
    field: RuleCondition.Field, comparison: RuleCondition.Operator, values: [String], member: String
  ) {
    let error = #expect(throws: InvalidInput.self) {
      try RuleProgram(rule([RuleCondition(field, comparison, values)]))
    }
    #expect(error?.faults.map(\.path) == [["conditions", "0", member]])
  }

  @Test(
    arguments: [
      (.setCategory, "none"), (.setTransferAccount, ""), (.setPayee, ""), (.setPayee, "a\nb"),
      (.appendMemo, ""), (.addTag, ""), (.addTag, String(repeating: "x", count: 51)),
      (.setStatus, "reconciled"), (.setStatus, "done"),
      (.setMemo, String(repeating: "x", count: 1001)),
    ] as [(RuleAction.Kind, String)])
  func anActionThatMakesNoSenseIsRefused(kind: RuleAction.Kind, value: String) {
    let error = #expect(throws: InvalidInput.self) {
      try RuleProgram(
        rule([RuleCondition(.payee, .isEmpty, [])], [RuleAction(kind, value)]))
    }
    #expect(error?.faults.map(\.path) == [["actions", "0", "value"]])
  }

  @Test func aRuleHasAConditionAndAnAction() {
    let error = #expect(throws: InvalidInput.self) { try RuleProgram(rule([], [])) }
    #expect(error?.faults.map(\.path) == [["conditions"], ["actions"]])
  }
}
