import Finance
import Foundation
import HTTPSupport
import StatementFormats
import Tenancy

/// An import on the wire.
struct ImportBody: V1Body {
  let file: Import

  var version: Int64 { file.version }

  func write(to json: inout JSONWriter) {
    json.object { writeMembers(to: &$0) }
  }

  /// What every answer about an import has.
  func writeMembers(to json: inout JSONWriter) {
    json.member("id", id: file.id)
    json.member("state", file.state.rawValue)
    json.member("format", file.plan.format.rawValue)
    json.member("encoding", file.plan.encoding.rawValue)
    json.name("mapping")
    writeMapping(to: &json)
    json.member("account_id", id: file.accountID)
    json.member("statement") { writeStatement(to: &$0) }
    json.member("sources", array: file.sources) { $1.write(to: &$0) }
    json.member("counts") { json in
      json.member("new", file.counts.new)
      json.member("possible", file.counts.possible)
      json.member("duplicate", file.counts.duplicate)
      json.member("invalid", file.counts.invalid)
    }
    json.name("contents")
    if let counts = file.contents?.counts {
      json.object { json in
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { json.member(name, count) }
      }
    } else {
      json.value(nil)
    }
    json.member("rows_read", file.rowsRead)
    json.member("create_categories", file.createsCategories)
    json.member("warnings", array: file.warnings) { $0.value($1) }
    json.member("created_at", file.createdAt)
    json.member("updated_at", file.updatedAt)
  }

  private func writeMapping(to json: inout JSONWriter) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Mappings have texts, integers, and true and false.
    if let mapping = file.plan.csv {
      json.value(encoded: try! encoder.encode(mapping))
    } else if let mapping = file.plan.qif {
      json.value(encoded: try! encoder.encode(mapping))
    } else {
      json.value(nil)
    }
  }

  /// What the file says of its account; of several, what it says of all.
  private func writeStatement(to json: inout JSONWriter) {
    let only = file.sources.count == 1 ? file.sources.first : nil
    json.member("opening", only?.opening)
    json.member("closing", only?.closing)
    json.member("start", file.sources.compactMap(\.start).min())
    json.member("end", file.sources.compactMap(\.end).max())
    let balances = file.sources.map(\.balances)
    let isKnown = !balances.isEmpty && !balances.contains(nil)
    json.member(
      "balances", balances.contains(false) ? false : isKnown ? true : nil as Bool?)
  }
}

extension ImportSource {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("index", index)
      json.member("identifier", identifier)
      json.member("name", name)
      json.member("currency", currency)
      json.member("account_id", id: accountID)
      json.member("opening", opening)
      json.member("closing", closing)
      json.member("start", start)
      json.member("end", end)
      json.member("balances", balances)
    }
  }
}

/// An import that was taken back, and what of it stayed.
struct RevertedImportBody: V1Body {
  let result: ImportReversion

  var version: Int64 { result.file.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      ImportBody(file: result.file).writeMembers(to: &json)
      json.member("reverted", result.reverted)
      json.member("changed_transaction_ids", array: result.changedTransactions) {
        $0.value(String($1))
      }
      json.member("kept", array: result.kept) { json, kept in
        json.object { json in
          json.member("type", kept.type.rawValue)
          json.member("id", id: kept.id)
        }
      }
    }
  }
}

/// A row of an import on the wire.
struct ImportRowBody: V1Body {
  let row: ImportRow

  /// A row has no version of its own: its import is another one with each row that is decided.
  var version: Int64 { versionOfText }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("n", row.n)
      json.member("line", row.line)
      json.member("source", row.source)
      json.member("state", row.state.rawValue)
      json.member("possible_duplicate", row.isPossible)
      json.member("reason", row.reason)
      json.member("decision", row.decision?.rawValue)
      json.member("transaction_id", id: row.transactionID)
      json.member("text", row.details.text)
      guard row.state != .invalid, let date = row.date, let money = row.money else {
        json.member("transaction", nil as String?)
        return
      }
      json.member("transaction") { row.writeTransaction(date, money, to: &$0) }
    }
  }
}

extension ImportRow {
  /// What would be written, but for what rules do to it.
  fileprivate func writeTransaction(_ date: CivilDate, _ money: Money, to json: inout JSONWriter) {
    json.member("account_id", id: accountID)
    json.member("date", date)
    json.member("amount", money.text)
    json.member("currency", money.currency.code)
    json.member("payee", payee)
    json.member("memo", memo)
    json.member("category_id", id: categoryID)
    json.member(
      "category", details.category.isEmpty ? nil : details.category.joined(separator: ":"))
    json.member("transfer_account_id", id: transferAccountID)
    json.member("transfer_amount", details.transferAmount)
    json.member("tags", array: details.tags) { $0.value($1) }
    json.member("status", details.isPending ? "pending" : "cleared")
    json.member("external_id", externalID)
    json.member("splits", array: details.parts) { json, part in
      json.object { json in
        json.member("amount", part.amount)
        json.member("category_id", id: part.categoryID)
        json.member(
          "category", part.category.isEmpty ? nil : part.category.joined(separator: ":"))
        json.member("transfer_account_id", id: part.transferAccountID)
        json.member("transfer_amount", part.transferAmount)
        json.member("memo", part.memo)
      }
    }
  }
}

extension ImportPatch {
  init(_ body: BodyReader) throws {
    self.init()
    encoding = body.replacement("encoding", .choice)
    mapping = body.object("mapping") { Mapping(reading: $0) }
    accountID = body.replacement("account_id", .id)
    createsCategories = body.replacement("create_categories", .bool)
    sources =
      body.objects("sources", upTo: 1000) { source in
        let index = source.required("index", .integer(in: 0...999))
        let account = source.optional("account_id", .id)
        return index.map { (index: $0, accountID: account) }
      }?.compactMap(\.self) ?? []
    try body.finish()
  }
}

extension ImportPatch.Mapping {
  fileprivate init(reading body: BodyReader) {
    self.init()
    separator = body.replacement("separator", .choice)
    headerLine = body.change("header_line", .integer(in: 1...10_000_000))
    firstLine = body.replacement("first_line", .integer(in: 1...10_000_000))
    columns = body.objects("columns", upTo: 512) { column in
      CSVMapping.Column(
        name: column.optional("name", .text(upTo: 200)) ?? "",
        role: column.optional("role", .choice))
    }
    dateOrder = body.replacement("date_order", .choice)
    decimalSeparator = body.replacement("decimal_separator", .choice)
    debitWords = body.array("debit_words", of: .name(upTo: 100), upTo: 50)
    creditWords = body.array("credit_words", of: .name(upTo: 100), upTo: 50)
    debitsAreSigned = body.replacement("debits_are_signed", .bool)
    invertsAmounts = body.replacement("inverts_amounts", .bool)
    // A mapping may be sent as it was shown; these are what the file is.
    for field in ["exporter", "accounts", "questions"] { _ = body.json(field) }
  }
}

extension ImportRowPatch {
  init(_ body: BodyReader) throws {
    self.init()
    decision = body.change("decision", .choice)
    transactionID = body.optional("transaction_id", .id)
    categoryID = body.change("category_id", .id)
    payee = body.change("payee", .line(upTo: 200))
    memo = body.change("memo", .text(upTo: 1000))
    try body.finish()
  }
}
