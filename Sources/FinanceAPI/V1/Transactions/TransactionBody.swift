import Finance
import HTTPSupport
import Tenancy

/// A transaction on the wire.
struct TransactionBody: V1Body {
  let transaction: Transaction

  var version: Int64 { transaction.version }

  func write(to json: inout JSONWriter) {
    let single = transaction.isSplit ? nil : transaction.parts.first
    json.object { json in
      json.member("id", id: transaction.id)
      json.member("account_id", id: transaction.accountID)
      json.member("date", transaction.date)
      json.member("amount", transaction.money.text)
      json.member("currency", transaction.money.currency.code)
      json.member("payee", transaction.payee?.name)
      json.member("payee_id", id: transaction.payee?.id)
      json.member("memo", transaction.memo)
      Self.write(single, to: &json)
      let date = single?.transfer?.date
      json.member("transfer_date", date == transaction.date ? nil : date)
      json.member("transfer_status", transaction.transferStatus?.rawValue)
      json.member("tags", array: transaction.tags) { $0.value($1) }
      json.member("status", transaction.status.rawValue)
      json.member("external_id", transaction.externalID)
      json.member("recurrence_id", id: transaction.recurrenceID)
      json.member("import_id", id: transaction.importID)
      let splits = transaction.isSplit ? transaction.parts : []
      json.member("splits", array: splits) { json, part in
        json.object { json in
          json.member("id", id: part.id)
          json.member("amount", part.money.text)
          Self.write(part, to: &json)
          json.member("memo", part.memo)
        }
      }
      json.member("created_at", transaction.createdAt)
      json.member("updated_at", transaction.updatedAt)
      json.member("deleted_at", transaction.deletedAt)
    }
  }

  /// Where a part comes from or goes to. The other account's amount is there where it differs.
  private static func write(_ part: Transaction.Part?, to json: inout JSONWriter) {
    json.member("category_id", id: part?.categoryID)
    let transfer = part?.transfer
    json.member("transfer_account_id", id: transfer?.accountID)
    let isExchange = transfer.map { $0.money.currency != part?.money.currency } ?? false
    json.member("transfer_amount", isExchange ? transfer?.money.text : nil)
  }
}

extension TransactionDraft {
  init(_ body: BodyReader) throws {
    guard let draft = try TransactionDraft(reading: body) else {
      try body.finish()
      throw body.problem
    }
    try body.finish()
    self = draft
  }

  /// Nil if something is missing, which the reader tells.
  init?(reading body: BodyReader) throws {
    let date = body.required("date", .date)
    let transferDate = body.optional("transfer_date", .date)
    let externalID = body.optional("external_id", .name(upTo: 200))
    guard var draft = TransactionDraft(template: body), let date else { return nil }
    draft.date = date
    draft.target.transferDate = transferDate
    draft.externalID = externalID
    self = draft
  }

  /// What is to be recorded on dates that are not known yet.
  ///
  /// - Returns: nil if something is missing, which the reader tells. The date means nothing.
  init?(template body: BodyReader) {
    let accountID = body.required("account_id", .id)
    let amount = body.required("amount", .decimal)
    let payee = body.optional("payee", .line(upTo: 200))
    let memo = body.optional("memo", .text(upTo: 1000))
    let target = Target(reading: body)
    let tags = body.array("tags", of: .tag, upTo: 50)
    let status = body.optional("status", .bankStatus)
    let transferStatus = body.optional("transfer_status", .bankStatus)
    let splits = body.objects("splits", upTo: 200) { part -> Split? in
      let target = Target(reading: part)
      let memo = part.optional("memo", .text(upTo: 1000))
      return part.required("amount", .decimal).map {
        Split(amount: $0, target: target, memo: memo ?? "")
      }
    }
    guard let accountID, let amount else { return nil }
    self.init(
      accountID: accountID, date: .first, amount: amount, payee: payee, memo: memo ?? "",
      target: target, tags: tags ?? [], status: status ?? .cleared,
      transferStatus: transferStatus, splits: (splits ?? []).compactMap(\.self))
  }
}

extension ChosenFields {
  /// What a request gives for a new transaction. Null is as if it were not given.
  init(in draft: TransactionDraft, _ body: BodyReader) {
    self.init(in: draft)
    if body.json("status") ?? .null != .null { insert(.status) }
  }
}

extension TransactionDraft.Target {
  /// All but the date at the other account, which parts of a split and templates have not.
  fileprivate init(reading body: BodyReader) {
    self.init(
      categoryID: body.optional("category_id", .id),
      transferAccountID: body.optional("transfer_account_id", .id),
      transferAmount: body.optional("transfer_amount", .decimal))
  }
}

extension TransactionPatch {
  init(_ body: BodyReader) throws {
    self.init(template: body)
    date = body.replacement("date", .date)
    target.transferDate = body.change("transfer_date", .date)
    externalID = body.change("external_id", .name(upTo: 200))
    try body.finish()
  }

  /// A change of what is to be recorded on dates that are not known yet.
  init(template body: BodyReader) {
    self.init()
    accountID = body.replacement("account_id", .id)
    amount = body.replacement("amount", .decimal)
    payee = body.change("payee", .line(upTo: 200))
    memo = body.replacement("memo", .text(upTo: 1000))
    target = Target(reading: body)
    tags = body.cleared("tags") ?? body.array("tags", of: .tag, upTo: 50)
    status = body.replacement("status", .bankStatus)
    transferStatus = body.replacement("transfer_status", .bankStatus)
    splits =
      body.cleared("splits")
      ?? body.objects("splits", upTo: 200) { part in
        var split = Split()
        split.id = part.optional("id", .id)
        split.amount = part.replacement("amount", .decimal)
        split.target = Target(reading: part)
        split.memo = part.replacement("memo", .text(upTo: 1000))
        return split
      }
  }

  /// What a change of many transactions sets.
  init(bulk body: BodyReader) {
    self.init()
    target.categoryID = body.change("category_id", .id)
    tagsAdded = body.array("tags_add", of: .tag, upTo: 50) ?? []
    tagsRemoved = body.array("tags_remove", of: .name(upTo: 50), upTo: 50) ?? []
    status = body.replacement("status", .bankStatus)
    payee = body.change("payee", .line(upTo: 200))
  }
}

extension TransactionPatch.Target {
  /// All but the date at the other account, which parts of a split and templates have not.
  fileprivate init(reading body: BodyReader) {
    self.init()
    categoryID = body.change("category_id", .id)
    transferAccountID = body.change("transfer_account_id", .id)
    transferAmount = body.change("transfer_amount", .decimal)
  }
}

extension FieldType where Value == String {
  /// A tag's name. It has no commas: in CSV files they are between tags.
  static var tag: FieldType {
    FieldType { value throws(Mismatch) in
      let name = try name(upTo: 50).read(value)
      guard !name.contains(",") else { throw Mismatch("must not have commas") }
      return name
    }
  }
}

extension FieldType where Value == TransactionStatus {
  /// A status that a client may give. Reconciled is what a reconciliation makes of it.
  fileprivate static var bankStatus: FieldType {
    .string("pending or cleared; a reconciliation makes it reconciled") { text in
      TransactionStatus(rawValue: text).flatMap { $0 == .reconciled ? nil : $0 }
    }
  }
}
