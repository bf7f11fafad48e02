import Finance
import Foundation
import HTTPSupport
import StatementFormats
import Tenancy

extension LedgerArchive {
  /// Reads what a ledger has beside its books: rules, what recurs, reconciliations, rates, budgets, and
  /// what is known of imports.
  mutating func readPlans(_ whole: ArchiveReader) throws(StatementFileError) {
    let own = Currency(code: currency)
    let currencies = Dictionary(
      accounts.map { ($0.id, Currency(code: $0.draft.currency ?? currency)) },
      uniquingKeysWith: { first, _ in first })
    rules = try whole.array("rules") { rule throws(StatementFileError) in
      try rule.body(
        of: ["name", "active", "trigger", "match", "conditions", "actions", "position"]
      ) { RuleDefinition(reading: $0, isNamed: true) }
    }
    recurrences = try whole.array("recurrences", Recurrence.init)
    occurrences = try whole.array("occurrences", Occurrence.init)
    reconciliations = try whole.array("reconciliations") { json throws(StatementFileError) in
      try Reconciliation(json, currencies)
    }
    rates = try whole.array("rates", ExchangeRate.init)
    budgets = try whole.array("budgets") { json throws(StatementFileError) in
      try Budget(json, own)
    }
    importedRows = try whole.array("imported_rows") { json throws(StatementFileError) in
      try ImportedRow(json, currencies)
    }
    dismissedTransfers = try whole.array("dismissed_transfers") {
      json throws(StatementFileError) in
      DismissedTransfer(
        outgoingID: try json.requiredID("outgoing_id"),
        incomingID: try json.requiredID("incoming_id"))
    }
  }
}

extension ArchiveReader {
  /// The currency of the account that the member names.
  fileprivate func currency(
    of name: String, _ currencies: [Int64: Currency]
  ) throws(StatementFileError) -> Currency {
    guard let currency = currencies[try requiredID(name)] else { throw missing(name) }
    return currency
  }
}

extension LedgerArchive.Recurrence {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      id: try json.requiredID("id"),
      draft: try json.body(
        of: ["template", "unit", "every", "anchor_date", "weekend", "until", "active"]
      ) { try RecurrenceDraft($0) })
  }
}

extension LedgerArchive.Occurrence {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    self.init(
      recurrenceID: try json.requiredID("recurrence_id"),
      dueDate: try json.required("due_date") { CivilDate($0) },
      transactionID: json.id("transaction_id"))
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("recurrence_id", id: recurrenceID)
      json.member("due_date", dueDate)
      json.member("state", transactionID == nil ? "skipped" : "recorded")
      json.member("transaction_id", id: transactionID)
    }
  }
}

extension LedgerArchive.Reconciliation {
  fileprivate init(
    _ json: ArchiveReader, _ currencies: [Int64: Currency]
  ) throws(StatementFileError) {
    self.init(
      id: try json.requiredID("id"), accountID: try json.requiredID("account_id"),
      statementDate: try json.required("statement_date") { CivilDate($0) },
      statementBalance: try json.amount(
        "statement_balance", in: try json.currency(of: "account_id", currencies)),
      finishedAt: json.optionalText("finished_at").flatMap { try? Date($0, strategy: .iso8601) },
      locksOpening: json.flag("locks_opening_balance"),
      transactionIDs: json.texts("transaction_ids").compactMap { Int64(id: $0) })
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: id)
      json.member("account_id", id: accountID)
      json.member("statement_date", statementDate)
      json.member("statement_balance", statementBalance.text)
      json.member("finished_at", finishedAt)
      json.member("locks_opening_balance", locksOpening)
      json.member("transaction_ids", array: transactionIDs) { $0.value(String($1)) }
    }
  }
}

extension ExchangeRate {
  fileprivate init(_ json: ArchiveReader) throws(StatementFileError) {
    func code(_ name: String) throws(StatementFileError) -> Currency {
      try json.required(name) { CurrencyCodes.active.contains($0) ? Currency(code: $0) : nil }
    }
    self.init(
      from: try code("from"), to: try code("to"), date: try json.required("date") { CivilDate($0) },
      value: try json.required("rate") { text in
        DecimalNumber(text).flatMap { try? RateValue($0) }
      })
    guard from != to else { throw json.missing("to") }
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("from", from.code)
      json.member("to", to.code)
      json.member("date", date)
      json.member("rate", value.text)
    }
  }
}

extension LedgerArchive.Budget {
  fileprivate init(_ json: ArchiveReader, _ currency: Currency) throws(StatementFileError) {
    self.init(
      categoryID: try json.requiredID("category_id"),
      month: try json.required("month") { text in
        CivilMonth(text).flatMap { ReportPeriod($0) == nil ? nil : $0 }
      },
      assigned: try json.amount("assigned", in: currency),
      rollover: json.optionalText("rollover").flatMap(Rollover.init))
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("category_id", id: categoryID)
      json.member("month", month.description)
      json.member("assigned", assigned.text)
      json.member("rollover", rollover?.rawValue)
    }
  }
}

extension LedgerArchive.ImportedRow {
  fileprivate init(
    _ json: ArchiveReader, _ currencies: [Int64: Currency]
  ) throws(StatementFileError) {
    self.init(
      accountID: try json.requiredID("account_id"), contentKey: try json.text("content_key"),
      place: try json.required("place") { text in Int32(text).map(Int.init) },
      externalID: json.optionalText("external_id"),
      similarityKey: try json.text("similarity_key"),
      date: try json.required("date") { CivilDate($0) },
      amount: try json.amount("amount", in: try json.currency(of: "account_id", currencies)),
      transactionID: json.id("transaction_id"))
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("account_id", id: accountID)
      json.member("content_key", contentKey)
      json.member("place", String(place))
      json.member("external_id", externalID)
      json.member("similarity_key", similarityKey)
      json.member("date", date)
      json.member("amount", amount.text)
      json.member("transaction_id", id: transactionID)
    }
  }
}

extension LedgerArchive.DismissedTransfer {
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("outgoing_id", id: outgoingID)
      json.member("incoming_id", id: incomingID)
    }
  }
}
