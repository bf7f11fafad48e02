import Foundation
import Tenancy

/// What is to be done with transactions that are like this.
package struct Rule: Sendable, Hashable {
  package let id: Int64
  package let definition: RuleDefinition
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date
}

/// A rule as somebody wants it to be.
package struct RuleDefinition: Sendable, Hashable {
  /// When a rule is applied by itself.
  package enum Trigger: String, Sendable, CaseIterable {
    /// A transaction is made by hand or by a program.
    case created
    /// A transaction comes from a bank's file.
    case imported
  }

  /// How many of the conditions must hold.
  package enum Match: String, Sendable, CaseIterable {
    case all, any
  }

  package var name: String
  package var isActive: Bool
  package var trigger: Trigger
  package var match: Match
  package var conditions: [RuleCondition]
  package var actions: [RuleAction]
  /// Rules are applied in this order, and those at the same place in the order in which they were
  /// made. Nil is after all others.
  package var position: Int?

  package init(
    name: String, isActive: Bool = true, trigger: Trigger, match: Match = .all,
    conditions: [RuleCondition], actions: [RuleAction], position: Int? = nil
  ) {
    self.name = name
    self.isActive = isActive
    self.trigger = trigger
    self.match = match
    self.conditions = conditions
    self.actions = actions
    self.position = position
  }
}

/// What a transaction must be like.
package struct RuleCondition: Sendable, Hashable, Codable {
  package enum Field: String, Sendable, CaseIterable, Codable {
    case payee, memo
    /// What a bank says: payee and memo together.
    case bankText = "bank_text"
    /// The absolute value, in the account's currency.
    case amount
    case accountID = "account_id"
    /// Income, expense or transfer; of a split, what any of its parts is.
    case type
    /// Of a split, that of any of its parts; `none` for what has none and is no transfer.
    case categoryID = "category_id"
  }

  package enum Operator: String, Sendable, CaseIterable, Codable {
    case `is`
    case isNot = "is_not"
    case contains
    case notContains = "not_contains"
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    /// The text has what a ``TextPattern`` says.
    case matches
    case greaterThan = "greater_than"
    case lessThan = "less_than"
    /// Both ends included.
    case between
    case isEmpty = "is_empty"

    /// How many values it compares with.
    package var valueCount: Int {
      switch self {
      case .between: 2
      case .isEmpty: 0
      default: 1
      }
    }
  }

  package var field: Field
  package var `operator`: Operator
  /// As many as the operator compares with.
  package var values: [String]

  package init(_ field: Field, _ operator: Operator, _ values: [String]) {
    self.field = field
    self.operator = `operator`
    self.values = values
  }
}

/// What is to be done with a transaction. What cannot be done with it, such as to give a split one
/// category, is left out.
package struct RuleAction: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, CaseIterable, Codable {
    /// Not of splits and transfers.
    case setCategory = "set_category"
    case setPayee = "set_payee"
    case setMemo = "set_memo"
    /// At the end, unless the memo ends so already.
    case appendMemo = "append_memo"
    case addTag = "add_tag"
    case removeTag = "remove_tag"
    case setStatus = "set_status"
    /// Makes a transfer of it. Not of splits, transfers, and accounts in another currency.
    case setTransferAccount = "set_transfer_account"
  }

  package var type: Kind
  package var value: String

  package init(_ type: Kind, _ value: String) {
    self.type = type
    self.value = value
  }
}

/// A change of a rule. What it does not name stays as it is.
package struct RulePatch: Sendable {
  package var name: String?
  package var isActive: Bool?
  package var trigger: RuleDefinition.Trigger?
  package var match: RuleDefinition.Match?
  package var conditions: [RuleCondition]?
  package var actions: [RuleAction]?
  package var position: Int?

  package init() {}

  func applied(to rule: RuleDefinition) -> RuleDefinition {
    RuleDefinition(
      name: name ?? rule.name, isActive: isActive ?? rule.isActive,
      trigger: trigger ?? rule.trigger, match: match ?? rule.match,
      conditions: conditions ?? rule.conditions, actions: actions ?? rule.actions,
      position: position ?? rule.position)
  }
}
