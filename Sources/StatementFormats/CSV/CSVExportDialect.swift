/// How a system writes transfers and splits into its CSV.
protocol CSVExportDialect: Sendable {
  /// Completes a row that was read from the record by the roles of its columns.
  func adapt(_ entry: inout SplitAssembler.Entry, record: CSVRecord, parser: CSVRowParser)
}

extension CSVExporter {
  func dialect(_ mapping: CSVMapping) -> (any CSVExportDialect)? {
    switch self {
    case .terrace: TerraceDialect()
    case .fireflyIII: FireflyDialect()
    case .actual: ActualDialect(accounts: Set(mapping.accounts))
    case .ynab: YNABDialect()
    case .mint: nil
    }
  }
}

/// One row for each part, with equal `transaction_id`.
struct TerraceDialect: CSVExportDialect {
  func adapt(_ entry: inout SplitAssembler.Entry, record: CSVRecord, parser: CSVRowParser) {
    guard let group = parser.text(record, parser.columns.group, limit: TextLimits.name) else {
      return
    }
    entry.mark = SplitMark(key: group)
  }
}

/// Transfers have the payee `Transfer : Savings`, parts the memo `Split (1/2) Bread`.
struct YNABDialect: CSVExportDialect {
  func adapt(_ entry: inout SplitAssembler.Entry, record: CSVRecord, parser: CSVRowParser) {
    if let (split, memo) = Self.split(entry.row.memo) {
      entry.row.memo = memo
      entry.mark = split
      entry.mark?.key = entry.row.date.description
    }
    entry.row.isOpening = entry.row.payee == "Starting Balance"
    for prefix in ["Transfer : ", "Transfer: "] where entry.row.payee.hasPrefix(prefix) {
      entry.row.transferAccount = String(entry.row.payee.dropFirst(prefix.count))
      entry.row.payee = ""
    }
    // YNAB 4 writes `Food:Groceries` beside `Food`.
    if let group = entry.row.category.first, let category = entry.row.category.last,
      category.hasPrefix(group + ":")
    {
      entry.row.category = [group, String(category.dropFirst(group.count + 1))]
    }
  }

  /// The place in `Split (1/2)`, and the text after it.
  private static func split(_ memo: String) -> (SplitMark, String)? {
    guard memo.hasPrefix("Split (") || memo.hasPrefix("(Split ") else { return nil }
    let match = memo.prefixMatch(of: /\(?Split \(?(\d{1,3})\/(\d{1,3})\) ?/)
    guard let match, let position = Int(match.1), let count = Int(match.2),
      (1...max(count, 1)).contains(position)
    else { return nil }
    return (
      SplitMark(key: "", position: position, count: count), String(memo[match.range.upperBound...])
    )
  }
}

/// The whole of a split has the amount 0, its sum in `Split_Amount`, and the note `(SPLIT INTO 2)`;
/// its parts follow with `(SPLIT 1 OF 2)`. A transfer's payee is the name of the other account.
struct ActualDialect: CSVExportDialect {
  let accounts: Set<String>

  func adapt(_ entry: inout SplitAssembler.Entry, record: CSVRecord, parser: CSVRowParser) {
    readSplit(&entry, record: record, parser: parser)
    entry.row.isOpening = entry.row.payee == "Starting Balance"
    if accounts.contains(entry.row.payee), entry.row.payee != entry.account {
      entry.row.transferAccount = entry.row.payee
      entry.row.payee = ""
    }
  }

  private func readSplit(
    _ entry: inout SplitAssembler.Entry, record: CSVRecord, parser: CSVRowParser
  ) {
    let memo = entry.row.memo
    guard memo.hasPrefix("(SPLIT ") else { return }
    if let match = memo.prefixMatch(of: /\(SPLIT INTO (\d{1,3})\) ?/) {
      entry.mark = SplitMark(key: entry.row.date.description, position: 0)
      entry.row.memo = String(memo[match.range.upperBound...])
      if let total = parser.number(record, parser.columns.splitTotal) { entry.row.amount = total }
    } else if let match = memo.prefixMatch(of: /\(SPLIT (\d{1,3}) OF (\d{1,3})\) ?/) {
      entry.mark = SplitMark(
        key: entry.row.date.description, position: Int(match.1), count: Int(match.2))
      entry.row.memo = String(memo[match.range.upperBound...])
    }
  }
}
