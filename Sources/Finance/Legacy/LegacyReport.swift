/// What came of the old app's data.
package struct LegacyReport: Sendable {
  /// Where it was found.
  package let schema: LegacySchema
  package internal(set) var usersAdded = 0
  /// Who was here already, of an earlier run or otherwise.
  package internal(set) var usersPresent = 0
  /// The names of users whose passwords cannot be checked here. They need a new one.
  package internal(set) var withoutPassword: [String] = []
  package internal(set) var transactionsAdded = 0
  package internal(set) var transactionsPresent = 0
  /// What was left out.
  package internal(set) var refusals: [LegacyRefusal] = []

  init(schema: LegacySchema) {
    self.schema = schema
  }

  mutating func refuse(_ subject: LegacyRefusal.Subject, _ id: Int64, _ reason: String) {
    refusals.append(LegacyRefusal(subject, id, reason))
  }
}

/// A row of the old app's that could not be taken.
package struct LegacyRefusal: Sendable, Hashable, CustomStringConvertible {
  package enum Subject: String, Sendable {
    case user, transaction
  }

  struct Reason: Error {
    let text: String

    init(_ text: String) {
      self.text = text
    }
  }

  package let subject: Subject
  /// In the old database.
  package let id: Int64
  package let reason: String

  init(_ subject: Subject, _ id: Int64, _ reason: String) {
    self.subject = subject
    self.id = id
    self.reason = reason
  }

  package var description: String { "\(subject) \(id): \(reason)" }
}
