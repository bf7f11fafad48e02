import Foundation
import Tenancy

/// A transaction that recurs, such as a rent.
package struct Recurrence: Sendable, Hashable {
  package let id: Int64
  package let template: TransactionTemplate
  package let schedule: Schedule
  /// What is not active has nothing upcoming.
  package let isActive: Bool
  package let version: Int64
  package let createdAt: Date
  package let updatedAt: Date

  /// The transaction that a due date comes to, on the day that the schedule has for it.
  package func draft(ofDue due: CivilDate) -> TransactionDraft {
    var draft = template.draft(on: schedule.date(ofDue: due))
    draft.recurrenceID = id
    return draft
  }
}

/// A recurrence as somebody wants it to be.
package struct RecurrenceDraft: Sendable {
  /// What is due on the anchor; its date is not looked at.
  package var transaction: TransactionDraft
  package var schedule: Schedule
  package var isActive: Bool

  package init(transaction: TransactionDraft, schedule: Schedule, isActive: Bool = true) {
    self.transaction = transaction
    self.schedule = schedule
    self.isActive = isActive
  }
}

/// A change of a recurrence. What it does not name stays as it is.
package struct RecurrencePatch: Sendable {
  package var transaction: TransactionPatch?
  package var unit: Schedule.Unit?
  package var every: Int?
  package var anchor: CivilDate?
  package var weekend: Schedule.Weekend?
  package var until: Change<CivilDate> = .keep
  package var isActive: Bool?

  package init() {}

  func apply(to draft: inout RecurrenceDraft) throws(InvalidInput) {
    if let unit { draft.schedule.unit = unit }
    if let every { draft.schedule.every = every }
    if let anchor { draft.schedule.anchor = anchor }
    if let weekend { draft.schedule.weekend = weekend }
    draft.schedule.until = until.applied(to: draft.schedule.until)
    if let isActive { draft.isActive = isActive }
    do {
      try transaction?.apply(to: &draft.transaction)
    } catch {
      throw error.inside("template")
    }
  }
}

/// One time that a recurrence is due. It is known by its due date.
package struct Occurrence: Sendable, Hashable {
  package enum State: String, Sendable {
    /// It is in the books, by the transaction of this id.
    case recorded
    case skipped
  }

  package let recurrence: Recurrence
  package let dueDate: CivilDate
  /// Nil while it is neither recorded nor skipped.
  package let state: State?

  /// The day on which it is to happen.
  package var date: CivilDate { recurrence.schedule.date(ofDue: dueDate) }
}

extension InvalidInput {
  /// The same, of something inside the member `field`.
  func inside(_ field: String) -> InvalidInput {
    InvalidInput(faults.map { Fault([field] + $0.path, $0.message) })
  }
}
