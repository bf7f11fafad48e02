/// What somebody asks for cannot be written into the books. All that is wrong is in it.
package struct InvalidInput: Error, Equatable {
  /// A part of what was asked for, and why it cannot be.
  package struct Fault: Equatable, Sendable {
    /// The names and numbers that lead to the part, such as `splits`, `1`, `amount`.
    package let path: [String]
    /// A sentence without a subject, such as `must not be zero`.
    package let message: String

    package init(_ path: [String], _ message: String) {
      self.path = path
      self.message = message
    }
  }

  package let faults: [Fault]

  package init(_ faults: [Fault]) {
    self.faults = faults
  }

  package init(_ field: String, _ message: String) {
    self.init([Fault([field], message)])
  }
}

/// What is asked for is not there, or not in this ledger.
package struct NotFound: Error, Equatable {
  package init() {}
}

/// What is there does not allow what is asked for.
package struct BooksConflict: Error, Equatable {
  /// The kind of conflict, a few words in kebab case.
  package let kind: String
  /// What is in the way, in a sentence.
  package let detail: String
  /// The parts of what was asked for that are in conflict, where it has several.
  package let faults: [InvalidInput.Fault]

  package init(_ kind: String, _ detail: String, faults: [InvalidInput.Fault] = []) {
    self.kind = kind
    self.detail = detail
    self.faults = faults
  }
}
