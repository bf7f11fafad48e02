import StatementFormats
import Tenancy

/// A file that was read in both passes.
struct Reading: Equatable {
  var plan: StatementPlan
  var events: [StatementEvent] = []

  init(_ text: String, chunk: Int = .max, change: (inout StatementPlan) -> Void = { _ in })
    throws(StatementFileError)
  {
    try self.init(Array(text.utf8), chunk: chunk, change: change)
  }

  init(
    _ bytes: [UInt8], chunk: Int = .max, format: StatementFormat? = nil,
    change: (inout StatementPlan) -> Void = { _ in }
  ) throws(StatementFileError) {
    let chunks = bytes.chunks(of: chunk)
    var survey = StatementSurvey(format: format)
    for chunk in chunks { try survey.read(chunk) }
    plan = try survey.finish()
    change(&plan)
    var reader = try StatementReader(plan: plan)
    for chunk in chunks { try reader.read(chunk, into: &events) }
    try reader.finish(into: &events)
  }

  var rows: [StatementRow] {
    events.compactMap { if case .row(let row) = $0 { row } else { nil } }
  }

  var invalid: [InvalidRow] {
    events.compactMap { if case .invalid(let row) = $0 { row } else { nil } }
  }

  var notes: [String] {
    events.compactMap { if case .note(let note) = $0 { note } else { nil } }
  }

  /// The sources as they are at the end.
  var sources: [StatementSource] {
    var sources: [Int: StatementSource] = [:]
    for case .source(let source) in events { sources[source.index] = source }
    return sources.values.sorted { $0.index < $1.index }
  }

  /// The rows in short: date, amount, payee, memo.
  var short: [String] {
    rows.map { "\($0.date) \($0.amount.plainText) \($0.payee)|\($0.memo)" }
  }
}

extension [UInt8] {
  func chunks(of size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: count, by: Swift.min(size, Swift.max(count, 1))).map {
      self[$0..<Swift.min(count, $0 + Swift.min(size, count))]
    }
  }
}

extension DecimalNumber {
  /// A number as Swift writes it.
  init(_ text: String) {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    self.init(
      isNegative: isNegative, integer: Array(parts[0].utf8)[...],
      fraction: parts.count > 1 ? Array(parts[1].utf8)[...] : [], exponent: 0)
  }
}

/// Random numbers that are the same in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// The error with which a call has to refuse a file; nil if it does not.
func failure(_ body: () throws -> Void) -> StatementFileError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StatementFileError
  }
}
