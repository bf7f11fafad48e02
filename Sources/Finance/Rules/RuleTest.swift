import Tenancy

/// A transaction as conditions look at it.
struct RuleSubject: Sendable {
  let accountID: Int64
  let payee: String
  let memo: String
  let amount: DecimalNumber
  let kinds: Set<TransactionFilter.Kind>
  let categories: Set<Int64>
  /// Whether a part has no category and is no transfer.
  let hasUncategorized: Bool

  /// - Parameter accounts: by which it is known what the draft's categories are for.
  init(_ draft: TransactionDraft, _ accounts: BookAccounts) {
    accountID = draft.accountID
    payee = FoldedText.fold(draft.payee ?? "")
    memo = FoldedText.fold(draft.memo)
    amount = draft.amount
    let parts =
      draft.splits.isEmpty
      ? [(amount: draft.amount, target: draft.target)]
      : draft.splits.map { (amount: $0.amount, target: $0.target) }
    kinds = Set(
      parts.map { part in
        if part.target.transferAccountID != nil { return .transfer }
        // A refund is income of an expense's category, and belongs to the expenses.
        let category = part.target.categoryID.flatMap(accounts.category)
        let isExpense = category.map { $0.kind == .expense } ?? part.amount.isNegative
        return isExpense ? .expense : .income
      })
    categories = Set(parts.compactMap(\.target.categoryID))
    hasUncategorized = parts.contains {
      $0.target.categoryID == nil && $0.target.transferAccountID == nil
    }
  }
}

/// A condition that makes sense.
indirect enum RuleTest: Sendable {
  enum TextField {
    case payee, memo, bankText
  }

  enum TextTest {
    case equals(String)
    case contains(String)
    case startsWith(String)
    case endsWith(String)
    case matches(TextPattern)
  }

  enum AmountTest {
    case equals(DecimalNumber)
    case isGreater(DecimalNumber)
    case isLess(DecimalNumber)
    case isBetween(DecimalNumber, DecimalNumber)
  }

  case text(TextField, TextTest)
  case amount(AmountTest)
  case account(Int64)
  case kind(TransactionFilter.Kind)
  case category(Int64)
  case uncategorized
  case not(RuleTest)

  func holds(for subject: RuleSubject) -> Bool {
    switch self {
    case .text(let field, let test): test.holds(for: field.text(of: subject))
    case .amount(let test): test.holds(for: subject.amount)
    case .account(let id): subject.accountID == id
    case .kind(let kind): subject.kinds.contains(kind)
    case .category(let id): subject.categories.contains(id)
    case .uncategorized: subject.hasUncategorized
    case .not(let test): !test.holds(for: subject)
    }
  }

  /// The account or category that it names.
  var accountID: Int64? {
    switch self {
    case .account(let id), .category(let id): id
    case .not(let test): test.accountID
    case .text, .amount, .kind, .uncategorized: nil
    }
  }
}

extension RuleTest.TextField {
  fileprivate func text(of subject: RuleSubject) -> String {
    switch self {
    case .payee: subject.payee
    case .memo: subject.memo
    case .bankText:
      [subject.payee, subject.memo].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }
}

extension RuleTest.TextTest {
  fileprivate func holds(for text: String) -> Bool {
    switch self {
    case .equals(let value): text == value
    case .contains(let value): text.contains(value)
    case .startsWith(let value): text.hasPrefix(value)
    case .endsWith(let value): text.hasSuffix(value)
    case .matches(let pattern): pattern.isFound(in: text)
    }
  }
}

extension RuleTest.AmountTest {
  fileprivate func holds(for amount: DecimalNumber) -> Bool {
    switch self {
    case .equals(let value): amount.compareMagnitude(with: value) == .equal
    case .isGreater(let value): amount.compareMagnitude(with: value) == .greater
    case .isLess(let value): amount.compareMagnitude(with: value) == .less
    case .isBetween(let least, let most):
      amount.compareMagnitude(with: least) != .less
        && amount.compareMagnitude(with: most) != .greater
    }
  }
}

// MARK: - Reading

extension RuleTest {
  init(_ condition: RuleCondition) throws(InvalidRule) {
    let count = condition.operator.valueCount
    guard condition.values.count == count else {
      throw InvalidRule(
        [
          "must be left out or null", "must be a string", "must be an array of two strings",
        ][count])
    }
    switch condition.operator {
    case .isNot: self = .not(try Self(condition.with(.is)))
    case .notContains: self = .not(try Self(condition.with(.contains)))
    default:
      switch condition.field {
      case .payee: self = .text(.payee, try TextTest(condition))
      case .memo: self = .text(.memo, try TextTest(condition))
      case .bankText: self = .text(.bankText, try TextTest(condition))
      case .amount: self = .amount(try AmountTest(condition))
      case .accountID: self = .account(try condition.id())
      case .type: self = .kind(try condition.kind())
      case .categoryID: self = try Self(category: condition)
      }
    }
  }

  private init(category condition: RuleCondition) throws(InvalidRule) {
    switch condition.operator {
    case .isEmpty: self = .uncategorized
    case .is where condition.values == ["none"]: self = .uncategorized
    default: self = .category(try condition.id())
    }
  }
}

extension RuleTest.TextTest {
  fileprivate init(_ condition: RuleCondition) throws(InvalidRule) {
    let value = condition.values.first ?? ""
    let text = FoldedText.fold(value)
    if text.isEmpty, condition.operator != .isEmpty { throw InvalidRule("must not be empty") }
    switch condition.operator {
    case .is: self = .equals(text)
    case .isEmpty: self = .equals("")
    case .contains: self = .contains(text)
    case .startsWith: self = .startsWith(text)
    case .endsWith: self = .endsWith(text)
    case .matches:
      do {
        self = .matches(try TextPattern(value))
      } catch {
        throw InvalidRule(error.message)
      }
    default: throw condition.isNotForField
    }
  }
}

extension RuleTest.AmountTest {
  fileprivate init(_ condition: RuleCondition) throws(InvalidRule) {
    var numbers: [DecimalNumber] = []
    for value in condition.values {
      guard let number = DecimalNumber(value), !number.isNegative else {
        throw InvalidRule(#"must be a decimal number without a sign, such as "12.30""#)
      }
      numbers.append(number)
    }
    switch condition.operator {
    case .is: self = .equals(numbers[0])
    case .greaterThan: self = .isGreater(numbers[0])
    case .lessThan: self = .isLess(numbers[0])
    case .between:
      guard numbers[1].compareMagnitude(with: numbers[0]) != .less else {
        throw InvalidRule("must have the smaller number first")
      }
      self = .isBetween(numbers[0], numbers[1])
    default: throw condition.isNotForField
    }
  }
}

extension RuleCondition {
  fileprivate func with(_ operator: Operator) -> RuleCondition {
    RuleCondition(field, `operator`, values)
  }

  fileprivate var isNotForField: InvalidRule {
    var fault = InvalidRule("is no operator for \(field.rawValue)")
    fault.member = "operator"
    return fault
  }

  fileprivate func id() throws(InvalidRule) -> Int64 {
    guard `operator` == .is else { throw isNotForField }
    guard let id = Int64(values[0]), id > 0 else { throw InvalidRule("must be an id") }
    return id
  }

  fileprivate func kind() throws(InvalidRule) -> TransactionFilter.Kind {
    guard `operator` == .is else { throw isNotForField }
    guard let kind = TransactionFilter.Kind(rawValue: values[0]) else {
      throw InvalidRule("must be one of income, expense, transfer")
    }
    return kind
  }
}

/// How one number is to another.
private enum Comparison {
  case less, equal, greater
}

extension DecimalNumber {
  /// Compares the numbers without their signs, exactly.
  fileprivate func compareMagnitude(with other: DecimalNumber) -> Comparison {
    if isZero || other.isZero {
      return isZero ? (other.isZero ? .equal : .less) : .greater
    }
    // The power of ten above the first digit; there are no zeros before it.
    let (size, otherSize) = (digits.count + exponent, other.digits.count + other.exponent)
    if size != otherSize { return size < otherSize ? .less : .greater }
    if digits == other.digits { return .equal }
    return digits.lexicographicallyPrecedes(other.digits) ? .less : .greater
  }
}
