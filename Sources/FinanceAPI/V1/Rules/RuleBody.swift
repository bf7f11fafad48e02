import Finance
import HTTPSupport
import Tenancy

/// A rule on the wire.
struct RuleBody: V1Body {
  let rule: Rule

  var version: Int64 { rule.version }

  func write(to json: inout JSONWriter) {
    let definition = rule.definition
    json.object { json in
      json.member("id", id: rule.id)
      json.member("name", definition.name)
      json.member("active", definition.isActive)
      json.member("trigger", definition.trigger.rawValue)
      json.member("match", definition.match.rawValue)
      json.member("conditions", array: definition.conditions) { json, condition in
        json.object { json in
          json.member("field", condition.field.rawValue)
          json.member("operator", condition.operator.rawValue)
          if condition.values.count > 1 {
            json.member("value", array: condition.values) { $0.value($1) }
          } else {
            json.member("value", condition.values.first)
          }
        }
      }
      json.member("actions", array: definition.actions) { json, action in
        json.object { json in
          json.member("type", action.type.rawValue)
          json.member("value", action.value)
        }
      }
      json.member("position", definition.position)
      json.member("created_at", rule.createdAt)
      json.member("updated_at", rule.updatedAt)
    }
  }
}

/// What a rule would change, on the wire.
struct RulePreviewBody {
  let preview: RulePreview

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("data", array: preview.changes) { json, change in
        json.object { json in
          json.member("transaction_id", id: change.transaction.id)
          json.member("account_id", id: change.transaction.accountID)
          json.member("date", change.transaction.date)
          json.member("amount", change.transaction.money.text)
          json.member("currency", change.transaction.money.currency.code)
          json.member("before") { Self.write(change.before, to: &$0) }
          json.member("after") { Self.write(change.after, to: &$0) }
        }
      }
      json.member("count", preview.count)
      json.member("reconciled_count", preview.reconciledCount)
    }
  }

  /// What rules can change of a transaction.
  private static func write(_ draft: TransactionDraft, to json: inout JSONWriter) {
    json.member("payee", draft.payee)
    json.member("memo", draft.memo)
    json.member("category_id", id: draft.target.categoryID)
    json.member("transfer_account_id", id: draft.target.transferAccountID)
    json.member("tags", array: draft.tags) { $0.value($1) }
    json.member("status", draft.status.rawValue)
  }
}

extension RuleDefinition {
  private static let limits = (conditions: 20, actions: 20)

  init(_ body: BodyReader) throws {
    let rule = RuleDefinition(reading: body, isNamed: true)
    try body.finish()
    guard let rule else { throw body.problem }
    self = rule
  }

  /// Nil if something is missing or wrong, which the reader tells.
  ///
  /// - Parameter isNamed: whether it must have a name and a trigger, as one that is kept has.
  init?(reading body: BodyReader, isNamed: Bool) {
    let name =
      isNamed
      ? body.required("name", .name(upTo: 100)) : body.optional("name", .name(upTo: 100)) ?? ""
    let trigger: Trigger? =
      isNamed ? body.required("trigger", .choice) : body.optional("trigger", .choice) ?? .created
    let isActive = body.optional("active", .bool)
    let match = body.optional("match", FieldType<Match>.choice)
    let conditions = Self.conditions(body)
    let actions = Self.actions(body)
    if conditions == nil, body.json("conditions") ?? .null == .null {
      body.report("is required", at: "conditions")
    }
    if actions == nil, body.json("actions") ?? .null == .null {
      body.report("is required", at: "actions")
    }
    let position = body.optional("position", .position)
    guard let name, let trigger, let conditions, let actions else { return nil }
    self.init(
      name: name, isActive: isActive ?? true, trigger: trigger, match: match ?? .all,
      conditions: conditions, actions: actions, position: position)
  }

  fileprivate static func conditions(_ body: BodyReader) -> [RuleCondition]? {
    body.objects("conditions", upTo: limits.conditions) { condition -> RuleCondition? in
      let field = condition.required("field", FieldType<RuleCondition.Field>.choice)
      let comparison = condition.required("operator", FieldType<RuleCondition.Operator>.choice)
      let values = condition.optional("value", .comparedValues) ?? []
      guard let field, let comparison else { return nil }
      return RuleCondition(field, comparison, values)
    }?.compactMap(\.self)
  }

  fileprivate static func actions(_ body: BodyReader) -> [RuleAction]? {
    body.objects("actions", upTo: limits.actions) { action -> RuleAction? in
      let type = action.required("type", FieldType<RuleAction.Kind>.choice)
      let value = action.required("value", .text(upTo: 1000))
      guard let type, let value else { return nil }
      return RuleAction(type, value)
    }?.compactMap(\.self)
  }
}

extension RulePatch {
  init(_ body: BodyReader) throws {
    self.init()
    name = body.replacement("name", .name(upTo: 100))
    isActive = body.replacement("active", .bool)
    trigger = body.replacement("trigger", .choice)
    match = body.replacement("match", .choice)
    for name in ["conditions", "actions"] where body.json(name) == .null {
      body.report("must not be null", at: name)
    }
    conditions = RuleDefinition.conditions(body)
    actions = RuleDefinition.actions(body)
    position = body.replacement("position", .position)
    try body.finish()
  }
}

extension FieldType where Value == Int {
  fileprivate static var position: FieldType { .integer(in: 0...1_000_000) }
}

extension FieldType where Value == [String] {
  /// A text, or two in an array.
  fileprivate static var comparedValues: FieldType {
    FieldType { value throws(Mismatch) in
      var elements = [value]
      if case .array(let several) = value {
        guard several.count == 2 else { throw Mismatch("must be a string, or an array of two") }
        elements = several
      }
      var texts: [String] = []
      for element in elements {
        do throws(FieldType<String>.Mismatch) {
          texts.append(try FieldType<String>.text(upTo: 200).read(element))
        } catch {
          throw Mismatch(error.message)
        }
      }
      return texts
    }
  }
}
