import Tenancy

/// What is due: occurrences that are neither recorded nor skipped, by the day on which they are to
/// happen.
package struct Upcoming: Sendable {
  /// For how many days an occurrence that nobody recorded stays in the list.
  package static let overdueDays = 30

  /// The place of an occurrence among all.
  package struct Position: Sendable, Hashable, Comparable {
    package let date: CivilDate
    package let dueDate: CivilDate
    package let recurrenceID: Int64

    package init(date: CivilDate, dueDate: CivilDate, recurrenceID: Int64) {
      self.date = date
      self.dueDate = dueDate
      self.recurrenceID = recurrenceID
    }

    package static func < (left: Position, right: Position) -> Bool {
      (left.date, left.dueDate, left.recurrenceID)
        < (right.date, right.dueDate, right.recurrenceID)
    }
  }

  /// A due date of a recurrence that is not open any more.
  struct Settled: Hashable {
    let recurrenceID: Int64
    let dueDate: CivilDate
  }

  let recurrences: [Recurrence]
  let settled: Set<Settled>
  let today: CivilDate

  /// Up to `limit` occurrences that are due up to `until`, or are to happen up to then, and whether
  /// there are more.
  func page(
    until: CivilDate, after position: Position?, limit: Int
  ) -> (occurrences: [Occurrence], hasMore: Bool) {
    let start = today.adding(days: -Self.overdueDays) ?? today
    var found: [Occurrence] = []
    for recurrence in recurrences where recurrence.isActive {
      found += open(recurrence, from: start, until: until, after: position).prefix(limit + 1)
    }
    found.sort { $0.position < $1.position }
    return (Array(found.prefix(limit)), found.count > limit)
  }

  /// Those of one recurrence, in order: no weekend moves one past another.
  private func open(
    _ recurrence: Recurrence, from start: CivilDate, until: CivilDate, after position: Position?
  ) -> some Sequence<Occurrence> {
    // A weekend moves an occurrence by two days at most.
    let resumption = position?.date.adding(days: -2)
    return recurrence.schedule.dueDates(from: max(start, resumption ?? start)).lazy
      .map { Occurrence(recurrence: recurrence, dueDate: $0, state: nil) }
      .prefix { min($0.dueDate, $0.date) <= until }
      .filter { occurrence in
        position.map { $0 < occurrence.position } ?? true
          && !settled.contains(
            Settled(recurrenceID: recurrence.id, dueDate: occurrence.dueDate))
      }
  }
}

extension Occurrence {
  package var position: Upcoming.Position {
    Upcoming.Position(date: date, dueDate: dueDate, recurrenceID: recurrence.id)
  }
}
