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
    categories.sort { ($0.parentID ?? 0, $0.id) < ($1.parentID ?? 0, $1.id) }
    tags = whole.texts("tags")
    transactions = try whole.array("transactions", TransactionDraft.init)
    rules = (json["rules"]?.elements ?? []).compactMap { rule in
      (try? BodyReader(rule)).flatMap { RuleDefinition(reading: $0, isNamed: true) }
    }
    leftOut = ["budgets", "recurrences", "rates"].filter { json[$0]?.elements.isEmpty == false }
  }
}

/// Reads an object of an export, and says what is missing where.
private struct ArchiveReader {
  private let value: JSONValue
  private let place: String

  init(_ value: JSONValue, _ place: String) {
    self.value = value
    self.place = place
  }

  func text(_ name: String) throws(StatementFileError) -> String {
    guard let text = optionalText(name) else { throw missing(name) }
    return text
  }

  func optionalText(_ name: String) -> String? {
    guard case .string(let text) = value[name] else { return nil }
    return text
  }

  func required<Value>(
    _ name: String, _ parse: (String) -> Value?
  ) throws(StatementFileError) -> Value {
    guard let value = parse(try text(name)) else { throw missing(name) }
    return value
  }

  func id(_ name: String) -> Int64? { optionalText(name).flatMap { Int64(id: $0) } }

  func flag(_ name: String) -> Bool { value[name] == .bool(true) }

  func texts(_ name: String) -> [String] {
    (value[name]?.elements ?? []).compactMap { element in
      if case .string(let text) = element { text } else { nil }
    }
  }

  func array<Element>(
    _ name: String, _ read: (ArchiveReader) throws(StatementFileError) -> Element
  ) throws(StatementFileError) -> [Element] {
    var elements: [Element] = []
    for (index, element) in (value[name]?.elements ?? []).enumerated() {
      elements.append(try read(ArchiveReader(element, "\(name)/\(index)")))
    }
    return elements
  }

  private func missing(_ name: String) -> StatementFileError {
    StatementFileError(.malformed, "The export has no \(name) that makes sense in \(place).")
  }
}

extension JSONValue {
  fileprivate var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }
}

extension LedgerArchive.Account {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      id: try json.required("id") { Int64(id: $0) },
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
      id: try json.required("id") { Int64(id: $0) }, name: try json.text("name"),
      isIncome: try json.text("kind") == "income", parentID: json.id("parent_id"),
      isArchived: json.flag("archived"))
  }
}

extension TransactionDraft {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      accountID: try json.required("account_id") { Int64(id: $0) },
      date: try json.required("date") { CivilDate($0) },
      amount: try json.required("amount") { DecimalNumber($0) },
      payee: json.optionalText("payee"), memo: json.optionalText("memo") ?? "",
      target: Target(json), tags: json.texts("tags"),
      status: try json.required("status", TransactionStatus.init(rawValue:)),
      transferStatus: json.optionalText("transfer_status").flatMap(TransactionStatus.init),
      externalID: json.optionalText("external_id"),
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
