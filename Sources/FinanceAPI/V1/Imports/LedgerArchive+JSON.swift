import Finance
import HTTPSupport
import StatementFormats
import Tenancy

extension LedgerArchive {
  /// Reads Terrace's own export, whole. Members that it does not know are left out.
  ///
  /// - Throws: `StatementFileError` if it is none, or not whole.
  init(exported bytes: [UInt8]) throws(StatementFileError) {
    guard let json = try? JSONParser.parse(bytes) else {
      throw StatementFileError(.malformed, "The file is not JSON, or is cut.")
    }
    guard json["format"] == .string("terrace"), json["version"] == .number(DecimalNumber(1)) else {
      throw StatementFileError(
        .foreignJSON, "The file is JSON that no version of Terrace which is known here exported.")
    }
    self.init(currency: try ArchiveReader(json["ledger"] ?? .null, "ledger").text("currency"))
    let whole = ArchiveReader(json, "export")
    accounts = try whole.array("accounts", Account.init)
    categories = try whole.array("categories", Category.init)
    // Groups are there before what is in them.
    categories.sort { ($0.draft.parentID ?? 0, $0.id) < ($1.draft.parentID ?? 0, $1.id) }
    tags = whole.texts("tags")
    payees = whole.texts("payees")
    transactions = try whole.array("transactions", Transaction.init)
    try readPlans(whole)
  }
}

extension LedgerArchive.Account {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      id: try json.requiredID("id"),
      draft: AccountDraft(
        name: try json.text("name"), type: try json.required("type", AccountType.init(rawValue:)),
        currency: try json.text("currency"),
        openingBalance: json.optionalText("opening_balance").flatMap { DecimalNumber($0) },
        openedOn: json.optionalText("opened_on").flatMap { CivilDate($0) },
        closedOn: json.optionalText("closed_on").flatMap { CivilDate($0) },
        note: json.optionalText("note") ?? ""))
  }
}

extension LedgerArchive.Category {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      id: try json.requiredID("id"),
      draft: CategoryDraft(
        name: try json.text("name"), kind: try json.required("kind", Category.Kind.init(rawValue:)),
        parentID: json.id("parent_id"), isArchived: json.flag("archived")))
  }
}

extension LedgerArchive.Transaction {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(id: try json.requiredID("id"), draft: try TransactionDraft(json))
  }
}

extension TransactionDraft {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      accountID: try json.requiredID("account_id"),
      date: try json.required("date") { CivilDate($0) },
      amount: try json.required("amount") { DecimalNumber($0) },
      payee: json.optionalText("payee"), memo: json.optionalText("memo") ?? "",
      target: Target(json), tags: json.texts("tags"),
      status: try json.required("status", TransactionStatus.init(rawValue:)),
      transferStatus: json.optionalText("transfer_status").flatMap(TransactionStatus.init),
      externalID: json.optionalText("external_id"), recurrenceID: json.id("recurrence_id"),
      splits: try json.array("splits") { part throws(StatementFileError) in
        Split(
          amount: try part.required("amount") { DecimalNumber($0) }, target: Target(part),
          memo: part.optionalText("memo") ?? "")
      })
  }
}

extension TransactionDraft.Target {
  fileprivate init(_ json: ArchiveReader) {
    self.init(
      categoryID: json.id("category_id"), transferAccountID: json.id("transfer_account_id"),
      transferAmount: json.optionalText("transfer_amount").flatMap { DecimalNumber($0) },
      transferDate: json.optionalText("transfer_date").flatMap { CivilDate($0) })
  }
}
