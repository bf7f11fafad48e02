import Tenancy

/// A rule that is known to make sense, ready to be applied.
struct RuleProgram: Sendable {
  private let match: RuleDefinition.Match
  private let tests: [RuleTest]
  private let effects: [RuleEffect]

  /// - Throws: ``InvalidInput`` with all that is wrong with the conditions and actions, but for ids,
  ///   which are the ledger's to know.
  init(_ rule: RuleDefinition) throws(InvalidInput) {
    var faults: [InvalidInput.Fault] = []
    if rule.conditions.isEmpty { faults.append(.init(["conditions"], "must have at least one")) }
    if rule.actions.isEmpty { faults.append(.init(["actions"], "must have at least one")) }
    match = rule.match
    var tests: [RuleTest] = []
    for (index, condition) in rule.conditions.enumerated() {
      do {
        tests.append(try RuleTest(condition))
      } catch {
        faults.append(.init(["conditions", String(index), error.member], error.message))
      }
    }
    var effects: [RuleEffect] = []
    for (index, action) in rule.actions.enumerated() {
      do {
        effects.append(try RuleEffect(action))
      } catch {
        faults.append(.init(["actions", String(index), error.member], error.message))
      }
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    self.tests = tests
    self.effects = effects
  }

  /// The accounts and categories that it names.
  var accountIDs: [Int64] {
    tests.compactMap(\.accountID) + effects.compactMap(\.accountID)
  }

  /// What becomes of a transaction.
  ///
  /// - Parameters:
  ///   - chosen: what stays as it is.
  ///   - accounts: those that the transaction and the rule name. What of them is not there, closed or
  ///     archived by now, is no longer set.
  func applied(
    to draft: TransactionDraft, keeping chosen: ChosenFields = [], _ accounts: BookAccounts
  ) -> TransactionDraft {
    let subject = RuleSubject(draft, accounts)
    let isLikeThis =
      switch match {
      case .all: tests.allSatisfy { $0.holds(for: subject) }
      case .any: tests.contains { $0.holds(for: subject) }
      }
    guard isLikeThis else { return draft }
    var draft = draft
    for effect in effects where !chosen.contains(effect.field) {
      effect.apply(to: &draft, accounts)
    }
    return draft
  }
}

/// The fields of a transaction that somebody has set on purpose: no rule changes them.
package struct ChosenFields: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) {
    self.rawValue = rawValue
  }

  package static let payee = ChosenFields(rawValue: 1)
  package static let memo = ChosenFields(rawValue: 2)
  /// Category, other account or splits.
  package static let target = ChosenFields(rawValue: 4)
  package static let tags = ChosenFields(rawValue: 8)
  package static let status = ChosenFields(rawValue: 16)

  /// What a draft has. A status it has always: whether it was chosen is for the caller to say.
  package init(in draft: TransactionDraft) {
    self = []
    if draft.payee?.isEmpty == false { insert(.payee) }
    if !draft.memo.isEmpty { insert(.memo) }
    if draft.target != TransactionDraft.Target() || !draft.splits.isEmpty { insert(.target) }
    if !draft.tags.isEmpty { insert(.tags) }
  }
}

/// A condition or an action makes no sense.
struct InvalidRule: Error {
  /// The member that is at fault.
  var member = "value"
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
