/// Records that newer ones have taken the place of, and that requests may still be served by: only
/// those of tenants that concern a deployment of their own, since only those move.
struct InFlightRecords: Sendable {
  private struct Entry: Sendable {
    weak let record: TenantRecord?
    /// The revision of the record in its place.
    let revision: Int64
  }

  private var entries: [Entry] = []

  /// Whether none was added since all of them were last found to be drained.
  var isEmpty: Bool { entries.isEmpty }

  mutating func add(_ record: TenantRecord, at revision: Int64) {
    entries.append(Entry(record: record, revision: revision))
  }

  /// The last revision before which no request under way was begun.
  ///
  /// - Parameter revision: the one that requests begin at now.
  mutating func drainedRevision(at revision: Int64) -> Int64 {
    entries.removeAll { $0.record == nil }
    return entries.map { $0.revision - 1 }.min() ?? revision
  }
}
