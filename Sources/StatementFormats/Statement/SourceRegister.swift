/// The accounts that a reader has met, each with its rows' sum.
struct SourceRegister {
  static let maxSources = 1000

  private var indexes: [String: Int] = [:]
  private var tallies: [SourceTally] = []

  /// The index of the account with the name; nil names the only account of a file.
  mutating func index(
    ofName name: String?, into events: inout [StatementEvent]
  ) throws(StatementFileError) -> Int {
    var source = StatementSource(index: 0)
    source.name = name
    return try index(of: name ?? "", source, into: &events)
  }

  /// The index of the account with the key. A new one is as `described`, and told by an event.
  mutating func index(
    of key: String, _ described: StatementSource, into events: inout [StatementEvent]
  ) throws(StatementFileError) -> Int {
    if let index = indexes[key] { return index }
    guard tallies.count < Self.maxSources else {
      throw StatementFileError(
        .limitExceeded, "The file has more than \(Self.maxSources) accounts.")
    }
    let source = described.with(index: tallies.count)
    indexes[key] = source.index
    tallies.append(SourceTally(source))
    events.append(.source(source))
    return source.index
  }

  mutating func add(_ row: StatementRow, into events: inout [StatementEvent]) {
    tallies[row.source].add(row)
    // A file of one currency says so in its rows.
    if tallies[row.source].source.currency == nil {
      tallies[row.source].source.currency = row.currency
    }
    events.append(.row(row))
  }

  mutating func add(_ row: InvalidRow, into events: inout [StatementEvent]) {
    if row.source < tallies.count { tallies[row.source].addInvalid() }
    events.append(.invalid(row))
  }

  /// Changes what is known of an account.
  mutating func update(_ index: Int, _ change: (inout StatementSource) -> Void) {
    change(&tallies[index].source)
  }

  subscript(index: Int) -> StatementSource { tallies[index].source }

  var count: Int { tallies.count }

  /// Whether no row was read, and none refused.
  var hasNoRows: Bool { tallies.allSatisfy { $0.rows == 0 && $0.invalid == 0 } }

  /// Tells each account once more, with its period and whether it balances.
  func finish(into events: inout [StatementEvent]) {
    for tally in tallies { events.append(.source(tally.finished)) }
  }
}
