import Finance
import HTTPSupport
import Tenancy

/// A recurrence on the wire.
struct RecurrenceBody: V1Body {
  let recurrence: Recurrence

  var version: Int64 { recurrence.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: recurrence.id)
      recurrence.template.writeMembers(to: &json)
      recurrence.schedule.writeMembers(to: &json)
      json.member("active", recurrence.isActive)
      json.member("created_at", recurrence.createdAt)
      json.member("updated_at", recurrence.updatedAt)
    }
  }
}

/// An occurrence on the wire.
struct OccurrenceBody: V1Body {
  let occurrence: Occurrence

  /// It is worked out from its recurrence.
  var version: Int64 { versionOfText }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("recurrence_id", id: occurrence.recurrence.id)
      json.member("due_date", occurrence.dueDate)
      json.member("date", occurrence.date)
      json.member("state", occurrence.state?.rawValue ?? "open")
      occurrence.recurrence.template.writeMembers(to: &json)
    }
  }
}

/// A suggestion on the wire: what a recurrence is made of, and why.
struct RecurrenceSuggestionBody {
  let suggestion: RecurrenceSuggestion

  func write(to json: inout JSONWriter) {
    json.object { json in
      suggestion.template.writeMembers(to: &json)
      suggestion.schedule.writeMembers(to: &json)
      json.member("count", suggestion.transactions.count)
      json.member("last_date", suggestion.lastDate)
      json.member("transaction_ids", array: suggestion.transactions) { $0.value(String($1)) }
    }
  }
}

extension TransactionTemplate {
  /// `template` has the fields that a transaction is made of, but for its dates, so that a client can
  /// send it back. The currency is beside it.
  fileprivate func writeMembers(to json: inout JSONWriter) {
    json.member("template") { json in
      json.member("account_id", id: accountID)
      json.member("amount", money.text)
      json.member("payee", payee)
      json.member("memo", memo)
      target.writeMembers(to: &json)
      json.member("transfer_status", transferStatus?.rawValue)
      json.member("tags", array: tags) { $0.value($1) }
      json.member("status", status.rawValue)
      json.member("splits", array: splits) { json, split in
        json.object { json in
          json.member("amount", split.money.text)
          split.target.writeMembers(to: &json)
          json.member("memo", split.memo)
        }
      }
    }
    json.member("currency", money.currency.code)
  }
}

extension TransactionTemplate.Target {
  fileprivate func writeMembers(to json: inout JSONWriter) {
    json.member("category_id", id: categoryID)
    json.member("transfer_account_id", id: transferAccountID)
    json.member("transfer_amount", transferMoney?.text)
  }
}

extension Schedule {
  fileprivate func writeMembers(to json: inout JSONWriter) {
    json.member("unit", unit.rawValue)
    json.member("every", every)
    json.member("anchor_date", anchor)
    json.member("weekend", weekend.rawValue)
    json.member("until", until)
  }
}

extension RecurrenceDraft {
  init(_ body: BodyReader) throws {
    let transaction = body.object("template") { TransactionDraft(template: $0) }
    if body.json("template") ?? .null == .null { body.report("is required", at: "template") }
    let unit = body.required("unit", FieldType<Schedule.Unit>.choice)
    let every = body.optional("every", .interval)
    let anchor = body.required("anchor_date", .date)
    let weekend = body.optional("weekend", FieldType<Schedule.Weekend>.choice)
    let until = body.optional("until", .date)
    let isActive = body.optional("active", .bool)
    try body.finish()
    guard let transaction = transaction ?? nil, let unit, let anchor else { throw body.problem }
    self.init(
      transaction: transaction,
      schedule: Schedule(
        unit: unit, every: every ?? 1, anchor: anchor, weekend: weekend ?? .keep, until: until),
      isActive: isActive ?? true)
  }
}

extension RecurrencePatch {
  init(_ body: BodyReader) throws {
    self.init()
    transaction = body.object("template") { TransactionPatch(template: $0) }
    if body.json("template") == .null { body.report("must not be null", at: "template") }
    unit = body.replacement("unit", .choice)
    every = body.replacement("every", .interval)
    anchor = body.replacement("anchor_date", .date)
    weekend = body.replacement("weekend", .choice)
    until = body.change("until", .date)
    isActive = body.replacement("active", .bool)
    try body.finish()
  }
}

extension OccurrenceChanges {
  init(_ body: BodyReader) throws {
    self.init(
      date: body.optional("date", .date), amount: body.optional("amount", .decimal),
      transferAmount: body.optional("transfer_amount", .decimal))
    try body.finish()
  }
}

extension FieldType where Value == Int {
  fileprivate static var interval: FieldType { .integer(in: Schedule.intervals) }
}
