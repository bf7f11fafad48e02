import Finance
import HTTPSupport
import Tenancy

/// What somebody has typed into the form of a rule.
struct RuleForm: Sendable {
  /// A condition or an action: what of the vocabulary, and the text beside it.
  struct Part: Sendable {
    var key = ""
    var typed = ""

    var isEmpty: Bool { key.isEmpty && typed.isEmpty }
  }

  var name = ""
  var trigger = RuleDefinition.Trigger.imported
  var match = RuleDefinition.Match.all
  var isActive = true
  var conditions: [Part] = []
  var actions: [Part] = []

  /// As many as the API takes.
  private static let maximumParts = 20
  /// In Unicode scalars.
  private static let maximumName = 100

  /// What a rule of a payee is called: whole characters of a name that is too long for a rule.
  static func name(ofPayee payee: String) -> String {
    guard payee.unicodeScalars.count > maximumName else { return payee }
    var name = ""
    var count = 1
    for character in payee {
      count += character.unicodeScalars.count
      guard count <= maximumName else { break }
      name.append(character)
    }
    return name + "…"
  }

  /// What is wrong, and in which part.
  struct Faults: Error, Sendable {
    var general: String?
    var name: String?
    var conditions: [Int: String] = [:]
    var actions: [Int: String] = [:]

    var isEmpty: Bool {
      general == nil && name == nil && conditions.isEmpty && actions.isEmpty
    }
  }

  init() {}

  init(_ form: Form) {
    name = form.text("name")
    trigger = RuleDefinition.Trigger(rawValue: form.text("trigger")) ?? .imported
    match = RuleDefinition.Match(rawValue: form.text("match")) ?? .all
    isActive = form.isOn("active")
    func parts(_ name: String) -> [Part] {
      (0..<Self.maximumParts).map { index in
        Part(key: form.text("\(name)-\(index)"), typed: form.text("\(name)-value-\(index)"))
      }.filter { !$0.isEmpty }
    }
    conditions = parts("condition")
    actions = parts("action")
  }

  init(_ rule: RuleDefinition, _ names: RuleVocabulary.Names, _ locale: DisplayLocale) {
    name = rule.name
    trigger = rule.trigger
    match = rule.match
    isActive = rule.isActive
    conditions = rule.conditions.map { Part(key: $0.key, typed: $0.typed(names, locale)) }
    actions = rule.actions.map { Part(key: $0.key, typed: $0.typed(names)) }
  }

  /// - Throws: ``Faults``.
  func definition(
    _ names: RuleVocabulary.Names, _ locale: DisplayLocale
  ) throws(Faults) -> RuleDefinition {
    let words = locale.texts.words.ruleWords
    var faults = Faults()
    let name = try? FieldType<String>.name(upTo: Self.maximumName).read(.string(self.name))
    if name == nil { faults.name = words.ruleNameBad }
    if conditions.isEmpty { faults.general = words.needsCondition }
    if actions.isEmpty { faults.general = words.needsAction }
    let conditions = self.conditions.map {
      RuleCondition(key: $0.key, typed: $0.typed, names, locale)
    }
    let actions = self.actions.map { RuleAction(key: $0.key, typed: $0.typed, names) }
    for (index, condition) in conditions.enumerated() where condition == nil {
      faults.conditions[index] = words.fault(ofCondition: self.conditions[index].key)
    }
    for (index, action) in actions.enumerated() where action == nil {
      faults.actions[index] = words.valueBad
    }
    guard faults.isEmpty, let name else { throw faults }
    return RuleDefinition(
      name: name, isActive: isActive, trigger: trigger, match: match,
      conditions: conditions.compactMap(\.self), actions: actions.compactMap(\.self))
  }
}

extension RuleForm.Faults {
  /// What the books say of the rule that the form makes.
  init(_ error: InvalidInput, of form: RuleForm, _ words: RuleWords) {
    for fault in error.faults {
      let path = fault.path.first == "rule" ? Array(fault.path.dropFirst()) : fault.path
      switch (path.first, path.dropFirst().first.flatMap { Int($0) }) {
      case ("conditions", let index?):
        conditions[index] = words.fault(
          ofCondition: form.conditions.dropFirst(index).first?.key ?? "")
      case ("actions", let index?):
        actions[index] = words.fault(ofAction: form.actions.dropFirst(index).first?.key ?? "")
      case ("conditions", nil): general = words.needsCondition
      case ("actions", nil): general = words.needsAction
      case ("start_date", _): general = words.tooManyPast
      default: general = words.ruleBad
      }
    }
  }

  /// What the books say of all rules.
  init(_ conflict: BooksConflict, _ words: RuleWords) {
    general = conflict.kind == "too-many-rules" ? words.rulesFull : words.ruleBad
  }
}

extension RuleWords {
  /// What is to be typed beside a condition.
  fileprivate func fault(ofCondition key: String) -> String {
    if key.hasPrefix("amount.") { return ruleAmountBad }
    return key.hasSuffix(".matches") ? rulePatternBad : valueBad
  }

  /// What is to be typed beside an action that the books refuse.
  fileprivate func fault(ofAction key: String) -> String {
    ["set_category", "set_transfer_account"].contains(key) ? ruleTargetBad : ruleTextBad
  }
}
