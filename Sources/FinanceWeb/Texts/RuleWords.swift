/// The texts of rules.
struct RuleWords: Sendable {
  let rules: String
  let rulesLead: String
  let rule: String
  let newRule: String
  let inOrder: String
  let noRules: String
  let raise: String
  let lower: String
  let and: String
  let or: String
  let always: String
  let isPaused: String

  // MARK: The form
  let ruleName: String
  let ruleNameBad: String
  let ruleWhen: String
  let onImport: String
  let onCreation: String
  let ruleIf: String
  let matchAll: String
  let matchAny: String
  let condition: String
  let ruleThen: String
  let ruleAction: String
  let ruleValue: String
  let valueBad: String
  let ruleAmountBad: String
  let rulePatternBad: String
  let ruleTargetBad: String
  let ruleTextBad: String
  let ruleBad: String
  let rulesFull: String
  let needsCondition: String
  let needsAction: String
  let moreParts: String
  let ruleIsActive: String
  let tryRule: String
  let wouldChange: String
  let lockedCount: String
  let applyTitle: String
  let applyLead: String
  let applyRule: String
  let tooManyPast: String

  // MARK: Conditions
  let payeeContains: String
  let payeeIs: String
  let payeeStarts: String
  let payeeEnds: String
  let payeeIsNot: String
  let payeeContainsNot: String
  let payeeMatches: String
  let payeeEmpty: String
  let bankContains: String
  let bankContainsNot: String
  let bankIs: String
  let bankIsNot: String
  let bankStarts: String
  let bankEnds: String
  let bankMatches: String
  let bankEmpty: String
  let memoContains: String
  let memoContainsNot: String
  let memoIs: String
  let memoIsNot: String
  let memoStarts: String
  let memoEnds: String
  let memoMatches: String
  let memoEmpty: String
  let amountIs: String
  let amountIsNot: String
  let amountMore: String
  let amountLess: String
  let amountBetween: String
  let accountIs: String
  let accountIsNot: String
  let categoryIs: String
  let categoryIsNot: String
  let categoryEmpty: String
  let isSpending: String
  let isEarning: String
  let isMoving: String
  let isNotSpending: String
  let isNotEarning: String
  let isNotMoving: String

  // MARK: Actions
  let setCategory: String
  let setPayee: String
  let tagAdd: String
  let removeTag: String
  let setMemo: String
  let appendMemo: String
  let setTransfer: String
  let setCleared: String
  let setPending: String

  // MARK: What was done
  let ruleAdded: String
  let ruleSaved: String
  let ruleDeleted: String
  let ruleApplied: String

  /// Nil if the address says nothing of the kind.
  ///
  /// - Parameter count: of transactions that a rule has changed.
  func done(_ name: String, _ count: Int) -> String? {
    switch name {
    case "added": ruleAdded
    case "saved": ruleSaved
    case "deleted": ruleDeleted
    case "applied": ruleApplied.counted(count)
    default: nil
    }
  }
}
