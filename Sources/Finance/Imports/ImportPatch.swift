import StatementFormats
import Tenancy

/// A change of how a file is read. What it does not name stays as it is.
package struct ImportPatch: Sendable {
  package var encoding: TextEncoding?
  package var mapping: Mapping?
  /// The account of a file that has one account only.
  package var accountID: Int64?
  /// Where the accounts of the file go to, by index; nil takes an account back.
  package var sources: [(index: Int, accountID: Int64?)] = []
  package var createsCategories: Bool?

  package init() {}

  /// Fields of the mapping of a CSV file; a QIF file has two of them.
  package struct Mapping: Sendable {
    package var separator: CSVSeparator?
    package var headerLine: Change<Int> = .keep
    package var firstLine: Int?
    package var columns: [CSVMapping.Column]?
    package var dateOrder: DateOrder?
    package var decimalSeparator: DecimalSeparator?
    package var debitWords: [String]?
    package var creditWords: [String]?
    package var debitsAreSigned: Bool?
    package var invertsAmounts: Bool?

    package init() {}
  }
}

extension ImportPatch.Mapping {
  /// Changes a plan.
  ///
  /// - Throws: ``InvalidInput`` if its format has no such mapping.
  func apply(to plan: inout StatementPlan) throws(InvalidInput) {
    if let mapping = plan.csv {
      plan.csv = try applied(to: mapping)
    } else if let mapping = plan.qif {
      plan.qif = try applied(to: mapping)
    } else {
      throw InvalidInput("mapping", "must be missing: files of this format tell all themselves")
    }
  }

  private func applied(to mapping: CSVMapping) throws(InvalidInput) -> CSVMapping {
    var (mapping, fields) = (mapping, Set<String>())
    func set<Value>(_ field: String, _ value: Value?, _ path: WritableKeyPath<CSVMapping, Value>) {
      guard let value else { return }
      mapping[keyPath: path] = value
      fields.insert(field)
    }
    if let columns, columns.count != mapping.columns.count {
      throw InvalidInput([
        .init(["mapping", "columns"], "must have \(mapping.columns.count) elements")
      ])
    }
    set("separator", separator, \.separator)
    set("first_line", firstLine, \.firstLine)
    set("columns", columns, \.columns)
    set("date_order", dateOrder, \.dateOrder)
    set("decimal_separator", decimalSeparator, \.decimalSeparator)
    set("debit_words", debitWords, \.debitWords)
    set("credit_words", creditWords, \.creditWords)
    // A word that is asked about means money out or in: either list answers.
    if creditWords != nil { fields.insert("debit_words") }
    set("debits_are_signed", debitsAreSigned, \.debitsAreSigned)
    set("inverts_amounts", invertsAmounts, \.invertsAmounts)
    mapping.headerLine = headerLine.applied(to: mapping.headerLine)
    return mapping.answered(fields)
  }

  private func applied(to mapping: QIFMapping) throws(InvalidInput) -> QIFMapping {
    let isOfCSV =
      separator != nil || !headerLine.isKeep || firstLine != nil || columns != nil
      || debitWords != nil || creditWords != nil || debitsAreSigned != nil || invertsAmounts != nil
    guard !isOfCSV else {
      throw InvalidInput("mapping", "has date_order and decimal_separator only, in a QIF file")
    }
    var (mapping, fields) = (mapping, Set<String>())
    if let dateOrder {
      mapping.dateOrder = dateOrder
      fields.insert("date_order")
    }
    if let decimalSeparator {
      mapping.decimalSeparator = decimalSeparator
      fields.insert("decimal_separator")
    }
    return mapping.answered(fields)
  }
}

extension LedgerWriter {
  /// Reads the file of an import once more, as the patch says. What was decided of its rows is
  /// forgotten, since they may be others.
  ///
  /// - Throws: ``NotFound``; ``BooksConflict`` if the import is no preview; ``InvalidInput``;
  ///   `StatementFileError` if the file cannot be read so; what `check` throws.
  package func updateImport(
    _ id: Int64, _ patch: ImportPatch, check: (Import) throws -> Void
  ) async throws -> Import {
    let old = try await preview(id)
    try check(old)
    guard old.plan.format != .terraceJSON else {
      throw BooksConflict(
        "import-is-whole", "An exported ledger comes back whole: there is no other way to read it.")
    }
    var plan = try await plan(of: old, patch)
    try patch.mapping?.apply(to: &plan)
    let accounts = try await accounts(of: old, patch)
    try await run("delete from import_row where ledger_id = \(ledgerID) and import_id = \(id)")
    let parser = try await parse(id, plan, accounts)
    try await finishImport(
      id, plan, parser.findings, isMappingChosen: patch.mapping != nil || old.isMappingChosen,
      createsCategories: patch.createsCategories ?? old.createsCategories)
    if let account = patch.accountID {
      try await run("update import set account_id = \(account) where id = \(id)")
    }
    return try await self.import(id)
  }

  /// Another encoding or separator makes other columns: then all is found out again.
  private func plan(of old: Import, _ patch: ImportPatch) async throws -> StatementPlan {
    let separator = patch.mapping?.separator
    guard
      patch.encoding != nil || separator != nil && separator != old.plan.csv?.separator
    else { return old.plan }
    var survey = StatementSurvey(
      format: old.plan.format, encoding: patch.encoding ?? old.plan.encoding,
      separator: separator ?? old.plan.csv?.separator)
    var n = 0
    while let bytes = try await chunk(n, of: old.id) {
      try survey.read(bytes[...])
      n += 1
    }
    return try survey.finish()
  }

  private func accounts(of old: Import, _ patch: ImportPatch) async throws -> ImportAccounts {
    var sources = old.sources
    var faults: [InvalidInput.Fault] = []
    var accounts = try ImportAccounts(
      try await transaction.query(ImportAccounts.queries(in: ledgerID)), named: old.accountID)
    if let account = patch.accountID {
      if let fault = accounts.fault(of: account) { faults.append(.init(["account_id"], fault)) }
      if sources.count == 1 {
        sources[0].accountID = account
      } else {
        faults.append(
          .init(["account_id"], "must be missing: the file has several accounts, see sources"))
      }
    }
    for (place, choice) in patch.sources.enumerated() {
      let path = ["sources", String(place)]
      if let account = choice.accountID, let fault = accounts.fault(of: account) {
        faults.append(.init(path + ["account_id"], fault))
      }
      if sources.indices.contains(choice.index) {
        sources[choice.index].accountID = choice.accountID
      } else {
        faults.append(.init(path + ["index"], "is no account of the file"))
      }
    }
    guard faults.isEmpty else { throw InvalidInput(faults) }
    accounts.settle(sources)
    return accounts
  }

  private func parse(
    _ id: Int64, _ plan: StatementPlan, _ accounts: ImportAccounts
  ) async throws -> ImportParser {
    var parser = try ImportParser(plan, accounts)
    var n = 0
    while let bytes = try await chunk(n, of: id) {
      let rows = try parser.read(bytes)
      try await run(ImportRow.insert(rows, of: id, in: ledgerID))
      n += 1
    }
    let rows = try parser.finish()
    try await run(ImportRow.insert(rows, of: id, in: ledgerID))
    return parser
  }

  func chunk(_ n: Int, of id: Int64) async throws -> [UInt8]? {
    try await run(ImportStore.chunk(n, of: id, in: ledgerID))[0].first?.decode(0)
  }
}
