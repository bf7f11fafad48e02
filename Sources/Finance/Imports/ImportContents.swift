/// What the file of a whole ledger has beside its transactions.
package struct ImportContents: Codable, Sendable, Hashable {
  /// How many of each, by the name of the list: `accounts`.
  package var counts: [String: Int]
  /// The ids of what was written, by type; empty before.
  var made: [String: [Int64]] = [:]

  init(counts: [String: Int]) {
    self.counts = counts
  }
}
