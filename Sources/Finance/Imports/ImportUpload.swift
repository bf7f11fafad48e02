import Foundation
import PostgresClient
import StatementFormats
import Tenancy

/// How a file is to be imported.
package struct ImportOptions: Sendable {
  package var accountID: Int64?
  /// Nil is found out.
  package var format: StatementFormat?
  package var encoding: TextEncoding?
  /// Whether categories that the file names are made; nil is for files of other systems.
  package var createsCategories: Bool?

  package init(
    accountID: Int64? = nil, format: StatementFormat? = nil, encoding: TextEncoding? = nil,
    createsCategories: Bool? = nil
  ) {
    self.accountID = accountID
    self.format = format
    self.encoding = encoding
    self.createsCategories = createsCategories
  }
}

/// A file on its way into a preview.
///
/// It is read twice: how it is to be read only the whole of it tells. So its bytes are kept in chunks
/// as they arrive, and then read again. Until all of it is read the import is in the state `reading`,
/// in which lists leave it out.
package struct ImportUpload {
  private static let chunkSize = 128 << 10

  private let ledger: LedgerDatabase
  private let options: ImportOptions
  private let accounts: ImportAccounts
  private var survey: StatementSurvey
  private var pending: [UInt8] = []
  private var chunkCount = 0
  private var id: Int64?

  /// - Throws: ``NotFound`` if the account is not there, ``InvalidInput`` if it is closed; as
  ///   ``LedgerDatabase/query(_:)``.
  package init(_ ledger: LedgerDatabase, _ options: ImportOptions) async throws {
    self.ledger = ledger
    self.options = options
    accounts = try ImportAccounts(
      try await ledger.read(ImportAccounts.queries(in: ledger.ledgerID)), named: options.accountID)
    if let named = options.accountID {
      guard let account = accounts[named] else { throw NotFound() }
      guard !account.isClosed else {
        throw BooksConflict("account-closed", "The account is closed and takes no new entries.")
      }
    }
    survey = StatementSurvey(format: options.format, encoding: options.encoding)
  }

  /// Takes the next bytes of the file.
  ///
  /// - Throws: `StatementFileError` once it is clear that the file is no statement.
  package mutating func append(_ bytes: some Sequence<UInt8>) async throws {
    pending += bytes
    guard pending.count >= Self.chunkSize else { return }
    try survey.read(pending[...])
    try await keep()
  }

  /// Reads the file, all of which has come.
  ///
  /// - Parameters:
  ///   - key: names the request; the same file sent again with it makes no other import.
  ///   - readArchive: reads Terrace's own export.
  ///   - progress: is called whenever some of the rows are read.
  ///   - answer: of the finished preview.
  /// - Throws: `StatementFileError`; as ``LedgerDatabase/write(once:_:)``.
  package mutating func finish(
    _ key: IdempotencyKey?, readArchive: ([UInt8]) throws -> LedgerArchive,
    progress: () -> Void, answer: (Import) -> StoredAnswer
  ) async throws -> (answer: StoredAnswer, isReplay: Bool) {
    try survey.read(pending[...])
    var plan = try survey.finish()
    try await keep()
    guard let id else { throw NotFound() }
    let isRemembered = try await recall(&plan)
    let findings =
      plan.format == .terraceJSON
      ? try await list(try readArchive(try await wholeFile(id)), of: id)
      : try await parse(id, plan, progress)
    let result = try await ledger.write(once: key) { writer in
      try await writer.finishImport(
        id, plan, findings, isMappingChosen: isRemembered,
        createsCategories: options.createsCategories ?? plan.isOfAnotherSystem)
      return answer(try await writer.import(id))
    }
    if result.isReplay { await discard() }
    return result
  }

  /// Removes what is there of an import that came to nothing, even for a client that has gone.
  package func discard() async {
    guard let id else { return }
    // The request's own task may be cancelled, and would remove nothing.
    await Task { [ledger] in
      _ = try? await ledger.write { try await $0.run($0.removal(ofImport: id)) }
    }.value
  }

  /// Writes the pending bytes; the first ones begin the import.
  private mutating func keep() async throws {
    let (bytes, n, known) = (pending, chunkCount, id)
    let plan = StatementPlan(format: options.format ?? .csv, encoding: options.encoding ?? .utf8)
    id = try await ledger.write { writer in
      var id = known
      if id == nil { id = try await writer.beginImport(options.accountID, plan) }
      guard let id else { throw NotFound() }
      try await writer.run(
        """
        insert into import_chunk (ledger_id, import_id, n, bytes)
        values (\(writer.ledgerID), \(id), \(n), \(bytes))
        """,
        "update import set updated_at = now() where id = \(id)")
      return id
    }
    chunkCount += 1
    pending.removeAll(keepingCapacity: true)
  }

  /// Takes over what somebody chose for the account's last file with such a header.
  ///
  /// - Returns: whether there was one.
  private func recall(_ plan: inout StatementPlan) async throws -> Bool {
    guard let mapping = plan.csv else { return false }
    let rows = try await ledger.query(
      """
      select plan from import
      where ledger_id = \(ledger.ledgerID) and account_id is not distinct from \(options.accountID)
        and fingerprint = \(mapping.fingerprint) and is_mapping_chosen and state <> 'reading'
      order by id desc limit 1
      """)
    guard let row = rows.first,
      let chosen = try row.decode(0, as: JSONColumn<StatementPlan>.self).value.csv
    else { return false }
    plan.csv = mapping.taking(over: chosen)
    return true
  }

  private func wholeFile(_ id: Int64) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for n in 0..<chunkCount { bytes += try await ImportStore(ledger).chunk(n, of: id) ?? [] }
    return bytes
  }

  /// Writes the transactions of an exported ledger as rows.
  private func list(_ archive: LedgerArchive, of id: Int64) async throws -> ImportFindings {
    let rows = archive.rows
    var warnings = archive.warnings
    for start in stride(from: 0, to: rows.count, by: 2000) {
      let page = Array(rows[start..<min(rows.count, start + 2000)])
      try await ledger.write { writer in
        _ = try await writer.run(ImportRow.insert(page, of: id, in: writer.ledgerID))
      }
    }
    if try await !ledger.write({ try await $0.isWithoutBooks() }) {
      warnings.append(
        "This ledger is not empty: an exported ledger can be imported into an empty one only.")
    }
    return ImportFindings(
      warnings: warnings, rowCount: rows.count, contents: ImportContents(counts: archive.counts))
  }

  private func parse(
    _ id: Int64, _ plan: StatementPlan, _ progress: () -> Void
  ) async throws -> ImportFindings {
    var parser = try ImportParser(plan, accounts)
    var next: [ImportRow] = []
    for n in 0..<chunkCount {
      let rows = next
      // The next rows are read while Postgres writes these.
      async let written: Void = Self.write(rows, of: id, to: ledger)
      guard let bytes = try await ImportStore(ledger).chunk(n, of: id) else { throw NotFound() }
      next = try parser.read(bytes)
      try await written
      progress()
    }
    try await Self.write(next + (try parser.finish()), of: id, to: ledger)
    return parser.findings
  }

  private static func write(
    _ rows: [ImportRow], of id: Int64, to ledger: LedgerDatabase
  ) async throws {
    guard let last = rows.last else { return }
    try await ledger.write { writer in
      _ = try await writer.run(
        ImportRow.insert(rows, of: id, in: writer.ledgerID),
        "update import set rows_read = \(last.n), updated_at = now() where id = \(id)")
    }
  }
}

extension CSVMapping {
  /// The mapping with what was chosen for another file with the same header. Where the table begins is
  /// each file's own.
  fileprivate func taking(over chosen: CSVMapping) -> CSVMapping {
    var mapping = chosen
    mapping.headerLine = headerLine
    mapping.firstLine = firstLine
    mapping.accounts = accounts
    mapping.questions = questions
    return mapping.answered(Self.editableFields)
  }
}

extension StatementPlan {
  /// Whether another system than a bank wrote the file: its categories are the user's own.
  var isOfAnotherSystem: Bool { format == .qif || csv?.exporter != nil }
}
