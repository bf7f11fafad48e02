import PostgresClient

/// Reads the imports of one ledger.
package struct ImportStore: Sendable {
  private let ledger: LedgerDatabase

  package init(_ ledger: LedgerDatabase) {
    self.ledger = ledger
  }

  package struct Page: Sendable {
    package let imports: [Import]
    /// The id that the next page begins after.
    package let next: Int64?
  }

  /// Up to `limit` imports, the latest first.
  ///
  /// - Parameter state: nil is all of which something came.
  package func list(
    _ state: ImportState?, after id: Int64?, limit: Int
  ) async throws -> Page {
    let isInState: PostgresQuery =
      state.map { "i.state = \($0.rawValue)" } ?? "i.state <> 'reading'"
    let rows = try await ledger.query(
      Import.query(
        "\(query: isInState) and i.id < \(id ?? .max)", in: ledger.ledgerID, limit: limit + 1))
    let found = try rows.map(Import.init)
    let page = Array(found.prefix(limit))
    return Page(imports: page, next: found.count > limit ? page.last?.id : nil)
  }

  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func `import`(_ id: Int64) async throws -> Import {
    let rows = try await ledger.query(Import.query("i.id = \(id)", in: ledger.ledgerID))
    guard let row = rows.first else { throw NotFound() }
    return try Import(row)
  }

  /// Which rows of an import to list.
  package enum RowFilter: String, Sendable, CaseIterable {
    case new, duplicate, invalid
    /// New ones that may be duplicates.
    case possible

    var condition: PostgresQuery {
      self == .possible ? "possible" : "state = \(rawValue)"
    }
  }

  /// Up to `limit` rows, in the file's order.
  ///
  /// - Returns: the rows, and whether there are more.
  /// - Throws: ``NotFound``, and as ``LedgerDatabase/query(_:)``.
  package func rows(
    of id: Int64, _ filter: RowFilter?, after n: Int, limit: Int
  ) async throws -> (rows: [ImportRow], hasMore: Bool) {
    let results = try await ledger.read([
      "select from import where ledger_id = \(ledger.ledgerID) and id = \(id)",
      """
      select \(query: ImportRow.columns) from import_row
      where ledger_id = \(ledger.ledgerID) and import_id = \(id) and n > \(n)
        and \(query: filter?.condition ?? "true")
      order by n limit \(limit + 1)
      """,
      CategoryStore.query(in: ledger.ledgerID),
    ])
    guard !results[0].isEmpty else { throw NotFound() }
    let categories = CategoryNames(try results[2].map(Category.init))
    let rows = try results[1].prefix(limit).map { row in
      var row = try ImportRow(row)
      row.find(categories)
      return row
    }
    return (rows, results[1].count > limit)
  }

  /// The bytes of the file from a chunk on, one chunk at a time; nil after the last.
  func chunk(_ n: Int, of id: Int64) async throws -> [UInt8]? {
    try await ledger.query(Self.chunk(n, of: id, in: ledger.ledgerID)).first?.decode(0)
  }

  static func chunk(_ n: Int, of id: Int64, in ledgerID: Int64) -> PostgresQuery {
    """
    select bytes from import_chunk
    where ledger_id = \(ledgerID) and import_id = \(id) and n = \(n)
    """
  }
}
