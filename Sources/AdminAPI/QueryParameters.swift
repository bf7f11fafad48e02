import HTTPSupport

/// The parameters of a query, each of which may be given once.
enum QueryParameters {
  /// Reads one after the other.
  ///
  /// - Parameter set: takes a parameter's name and value; returns what is wrong with it.
  /// - Throws: ``Problem`` 400 naming every parameter that is wrong or given twice.
  static func read(
    _ parameters: some Sequence<(key: Substring, value: Substring)>,
    _ set: (Substring, String) -> String?
  ) throws {
    var errors: [Problem.FieldError] = []
    var seen: Set<Substring> = []
    for (name, value) in parameters {
      let message = seen.insert(name).inserted ? set(name, String(value)) : "is given twice"
      if let message { errors.append(.init(field: String(name), message: message)) }
    }
    guard errors.isEmpty else { throw Problem.invalid(errors) }
  }
}
