import Finance
import StatementFormats
import Tenancy

/// The text of a choice.
typealias RuleLabel = KeyPath<RuleWords, String> & Sendable

/// What a rule's condition or action may be, as one choice of a form: the field and what it is compared
/// by, or the kind of action, and a fixed value where there is one.
enum RuleVocabulary {
  /// Conditions, in the order in which a form offers them.
  static let conditions: [(key: String, label: any RuleLabel)] = [
    ("payee.contains", \.payeeContains), ("payee.is", \.payeeIs),
    ("payee.starts_with", \.payeeStarts), ("payee.ends_with", \.payeeEnds),
    ("payee.is_not", \.payeeIsNot), ("payee.not_contains", \.payeeContainsNot),
    ("payee.matches", \.payeeMatches), ("payee.is_empty", \.payeeEmpty),
    ("bank_text.contains", \.bankContains), ("bank_text.not_contains", \.bankContainsNot),
    ("bank_text.is", \.bankIs), ("bank_text.is_not", \.bankIsNot),
    ("bank_text.starts_with", \.bankStarts), ("bank_text.ends_with", \.bankEnds),
    ("bank_text.matches", \.bankMatches), ("bank_text.is_empty", \.bankEmpty),
    ("memo.contains", \.memoContains), ("memo.not_contains", \.memoContainsNot),
    ("memo.is", \.memoIs), ("memo.is_not", \.memoIsNot), ("memo.starts_with", \.memoStarts),
    ("memo.ends_with", \.memoEnds), ("memo.matches", \.memoMatches),
    ("memo.is_empty", \.memoEmpty),
    ("amount.is", \.amountIs), ("amount.is_not", \.amountIsNot),
    ("amount.greater_than", \.amountMore), ("amount.less_than", \.amountLess),
    ("amount.between", \.amountBetween),
    ("account_id.is", \.accountIs), ("account_id.is_not", \.accountIsNot),
    ("category_id.is", \.categoryIs), ("category_id.is_not", \.categoryIsNot),
    ("category_id.is_empty", \.categoryEmpty),
    ("type.is.expense", \.isSpending), ("type.is.income", \.isEarning),
    ("type.is.transfer", \.isMoving), ("type.is_not.transfer", \.isNotMoving),
    ("type.is_not.expense", \.isNotSpending), ("type.is_not.income", \.isNotEarning),
  ]

  static let actions: [(key: String, label: any RuleLabel)] = [
    ("set_category", \.setCategory), ("set_payee", \.setPayee), ("add_tag", \.tagAdd),
    ("remove_tag", \.removeTag), ("set_memo", \.setMemo), ("append_memo", \.appendMemo),
    ("set_transfer_account", \.setTransfer), ("set_status.cleared", \.setCleared),
    ("set_status.pending", \.setPending),
  ]

  /// Names in place of ids, which is what people type.
  struct Names: Sendable {
    /// Closed and archived ones come last: rules may name them still.
    private let accounts: [Choice]
    private let categories: [Choice]
    /// What a field offers while somebody types.
    let offered: [String]

    init(_ accounts: [Account], _ categories: [Finance.Category]) {
      let open = Choice.accounts(accounts, chosen: nil)
      let current = Choice.categories(categories, chosen: nil)
      offered = (current + open).map(\.label)
      self.accounts =
        open
        + accounts.filter { $0.closedOn != nil }.map { account in
          Choice(value: String(account.id), label: account.name, isChosen: false)
        }
      let groups = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, $0.name) })
      self.categories =
        current
        + categories.filter(\.isArchived).map { category in
          let path = [category.parentID.flatMap { groups[$0] }, category.name].compactMap(\.self)
          return Choice(
            value: String(category.id), label: path.joined(separator: ": "), isChosen: false)
        }
    }

    func account(_ name: String) -> String? { Self.value(name, accounts) }
    func category(_ name: String) -> String? { Self.value(name, categories) }
    func accountName(_ id: String) -> String? { accounts.first { $0.value == id }?.label }
    func categoryName(_ id: String) -> String? { categories.first { $0.value == id }?.label }

    /// By the whole name, or by what stands after the group's.
    private static func value(_ name: String, _ choices: [Choice]) -> String? {
      let name = name.lowercased()
      return
        (choices.first { $0.label.lowercased() == name }
        ?? choices.first { $0.label.lowercased().hasSuffix(": \(name)") })?.value
    }
  }
}

extension RuleCondition {
  /// The key of the vocabulary.
  var key: String {
    let fixed = field == .type ? ".\(values.first ?? "")" : ""
    return "\(field.rawValue).\(`operator`.rawValue)\(fixed)"
  }

  /// As somebody would type it.
  func typed(_ names: RuleVocabulary.Names, _ locale: DisplayLocale) -> String {
    switch field {
    case .type: ""
    case .accountID: values.first.flatMap(names.accountName) ?? values.first ?? ""
    case .categoryID: values.first.flatMap(names.categoryName) ?? values.first ?? ""
    case .amount:
      values.map { locale.hasDecimalComma ? $0.replacing(".", with: ",") : $0 }
        .joined(separator: " – ")
    case .payee, .memo, .bankText: values.first ?? ""
    }
  }

  /// Nil if the key is none, or the text names nothing that there is.
  init?(
    key: String, typed: String, _ names: RuleVocabulary.Names, _ locale: DisplayLocale
  ) {
    let parts = key.split(separator: ".").map(String.init)
    guard parts.count >= 2, let field = Field(rawValue: parts[0]),
      let comparison = Operator(rawValue: parts[1])
    else { return nil }
    let values: [String?]
    switch (field, comparison) {
    case (_, .isEmpty): values = []
    case (.type, _): values = [parts.count == 3 ? parts[2] : nil]
    case (.accountID, _): values = [names.account(typed)]
    case (.categoryID, _): values = [names.category(typed)]
    case (.amount, .between): values = Self.ends(of: typed).map { Self.amount($0, locale) }
    case (.amount, _): values = [Self.amount(typed, locale)]
    default: values = [typed]
    }
    let known = values.compactMap(\.self)
    guard known.count == values.count, known.count == comparison.valueCount else { return nil }
    self.init(field, comparison, known)
  }

  /// What stands around an en dash, or around a minus with spaces at both sides: others are signs.
  private static func ends(of range: String) -> [String] {
    range.replacing(" - ", with: "–").replacing(" \u{2212} ", with: "–")
      .split(separator: "–", omittingEmptySubsequences: false).map(String.init)
  }

  /// Nil if it is none, or negative: rules look at amounts without their signs.
  private static func amount(_ typed: String, _ locale: DisplayLocale) -> String? {
    guard let number = AmountInput(typed, locale)?.number, !number.isNegative else { return nil }
    return number.plainText
  }
}

extension RuleAction {
  /// The key of the vocabulary.
  var key: String { type == .setStatus ? "\(type.rawValue).\(value)" : type.rawValue }

  /// As somebody would type it.
  func typed(_ names: RuleVocabulary.Names) -> String {
    switch type {
    case .setStatus: ""
    case .setCategory: names.categoryName(value) ?? value
    case .setTransferAccount: names.accountName(value) ?? value
    default: value
    }
  }

  /// Nil if the key is none, or the text names nothing that there is.
  init?(key: String, typed: String, _ names: RuleVocabulary.Names) {
    let parts = key.split(separator: ".").map(String.init)
    guard let type = parts.first.flatMap(Kind.init) else { return nil }
    let value: String? =
      switch type {
      case .setStatus: parts.count == 2 ? parts[1] : nil
      case .setCategory: names.category(typed)
      case .setTransferAccount: names.account(typed)
      default: typed
      }
    guard let value else { return nil }
    self.init(type, value)
  }
}
