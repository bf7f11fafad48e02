import Finance
import Hummingbird
import Tenancy

/// The rules, in the order in which they are applied.
struct RulesPage: Sendable {
  struct Line: Sendable {
    let ruleName: String
    let about: String
    let ruleLink: String
    let isOff: Bool
    let raising: String?
    let lowering: String?
  }

  let notice: DoneNotice?
  let lines: [Line]
  let hasLines: Bool
  let adding: String?

  init(
    _ rules: [Rule], _ names: RuleVocabulary.Names, _ request: Request, _ visit: LedgerVisit
  ) {
    let words = visit.words.ruleWords
    let query = request.query
    notice = DoneNotice(words.done(query.text("done"), Int(query.text("count")) ?? 0))
    adding = visit.canWrite ? visit.link("/rules/new") : nil
    lines = rules.enumerated().map { index, rule in
      let path = visit.link("/rules/\(rule.id)")
      return Line(
        ruleName: rule.definition.name,
        about: RuleSentence.text(rule.definition, names, visit), ruleLink: path,
        isOff: !rule.definition.isActive,
        raising: visit.canWrite && index > 0 ? "\(path)/raise" : nil,
        lowering: visit.canWrite && index < rules.count - 1 ? "\(path)/lower" : nil)
    }
    hasLines = !lines.isEmpty
  }
}

/// A rule in words.
enum RuleSentence {
  static func text(
    _ rule: RuleDefinition, _ names: RuleVocabulary.Names, _ visit: LedgerVisit
  ) -> String {
    let words = visit.words.ruleWords
    func part(
      _ key: String, _ typed: String,
      _ vocabulary: [(key: String, label: any RuleLabel)]
    ) -> String {
      let label = vocabulary.first { $0.key == key }.map { words[keyPath: $0.label] } ?? key
      return typed.isEmpty ? label : "\(label) “\(typed)”"
    }
    let conditions = rule.conditions.map {
      part($0.key, $0.typed(names, visit.locale), RuleVocabulary.conditions)
    }
    let actions = rule.actions.map { part($0.key, $0.typed(names), RuleVocabulary.actions) }
    let joined = conditions.joined(separator: rule.match == .all ? words.and : words.or)
    let start = rule.isActive ? "" : "\(words.isPaused) · "
    return start + (joined.isEmpty ? words.always : joined) + " → "
      + actions.joined(separator: ", ")
  }
}

/// The form of a rule, and what it would change.
struct RulePage: Sendable {
  struct PartField: Sendable {
    let index: Int
    let number: Int
    let typed: String
    let keyChoices: [Choice]
    let partFault: String?
  }

  /// A transaction, and what would become of it.
  struct Effect: Sendable {
    let day: String
    let name: String
    let effect: String
    let amount: Figure
  }

  let title: String
  let action: String
  let isEditable: Bool
  let typedName: String
  let triggerChoices: [Choice]
  let matchChoices: [Choice]
  let isActive: Bool
  let conditionFields: [PartField]
  let actionFields: [PartField]
  let known: [String]
  let generalFault: String?
  let nameFault: String?
  let deleting: String?
  let applying: String?
  var from = ""
  var until = ""
  let cancel: String
  var outcome: Outcome?

  /// What was found on trying.
  struct Outcome: Sendable {
    let counted: String
    let locked: String?
    let effects: [Effect]
  }

  /// Parts that are empty, to be filled.
  private static let spareParts = 2

  init(
    _ form: RuleForm, _ rule: Int64?, _ faults: RuleForm.Faults, _ names: RuleVocabulary.Names,
    _ visit: LedgerVisit
  ) {
    let words = visit.words.ruleWords
    title = rule == nil ? words.newRule : words.rule
    let path = rule.map { visit.link("/rules/\($0)") }
    action = path ?? visit.link("/rules")
    isEditable = visit.canWrite
    typedName = form.name
    triggerChoices = [
      Choice(
        value: RuleDefinition.Trigger.imported.rawValue, label: words.onImport,
        isChosen: form.trigger == .imported),
      Choice(
        value: RuleDefinition.Trigger.created.rawValue, label: words.onCreation,
        isChosen: form.trigger == .created),
    ]
    matchChoices = [
      Choice(
        value: RuleDefinition.Match.all.rawValue, label: words.matchAll,
        isChosen: form.match == .all),
      Choice(
        value: RuleDefinition.Match.any.rawValue, label: words.matchAny,
        isChosen: form.match == .any),
    ]
    isActive = form.isActive
    conditionFields = Self.fields(
      form.conditions, RuleVocabulary.conditions, faults.conditions, words)
    actionFields = Self.fields(form.actions, RuleVocabulary.actions, faults.actions, words)
    known = names.offered
    generalFault = faults.general
    nameFault = faults.name
    deleting = isEditable ? path.map { "\($0)/delete" } : nil
    applying = isEditable ? path.map { "\($0)/apply" } : nil
    cancel = visit.link("/rules")
  }

  private static func fields(
    _ parts: [RuleForm.Part], _ vocabulary: [(key: String, label: any RuleLabel)],
    _ faults: [Int: String], _ words: RuleWords
  ) -> [PartField] {
    (parts + Array(repeating: RuleForm.Part(), count: spareParts)).enumerated().map { index, part in
      PartField(
        index: index, number: index + 1, typed: part.typed,
        keyChoices: vocabulary.map { entry in
          Choice(
            value: entry.key, label: words[keyPath: entry.label], isChosen: entry.key == part.key)
        },
        partFault: faults[index])
    }
  }
}

extension RulePage.Outcome {
  init(
    _ preview: RulePreview, _ accounts: [Account], _ categories: [Finance.Category],
    _ visit: LedgerVisit
  ) {
    let (words, locale) = (visit.words.ruleWords, visit.locale)
    let accountNames = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.name) })
    let categoryNames = Dictionary(uniqueKeysWithValues: categories.map { ($0.id, $0.name) })
    counted = words.wouldChange.counted(preview.count)
    locked =
      preview.reconciledCount > 0 ? words.lockedCount.counted(preview.reconciledCount) : nil
    effects = preview.changes.map { change in
      let (before, after) = (change.before, change.after)
      var changed: [String] = []
      if before.target != after.target {
        let target =
          after.target.transferAccountID.flatMap { accountNames[$0] }
          .map { visit.words.transferTo.filled($0) }
        changed.append(target ?? after.target.categoryID.flatMap { categoryNames[$0] } ?? "")
      }
      if before.payee != after.payee { changed.append(after.payee ?? "") }
      if before.memo != after.memo { changed.append(after.memo) }
      if before.tags != after.tags { changed.append(after.tags.joined(separator: ", ")) }
      if before.status != after.status {
        changed.append(after.status == .pending ? visit.words.pending : words.setCleared)
      }
      let transaction = change.transaction
      return RulePage.Effect(
        day: locale.day(transaction.date),
        name: before.payee ?? (before.memo.isEmpty ? visit.words.noCategory : before.memo),
        effect: "→ " + changed.joined(separator: " · "),
        amount: Figure(
          Int128(transaction.money.minorUnits), transaction.money.currency, locale, plus: true))
    }
  }
}
