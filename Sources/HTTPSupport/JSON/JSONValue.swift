import Tenancy

/// A JSON text, with its numbers as they were written.
///
/// Foundation's decoder hands numbers out as binary or rounded decimal values; money needs the
/// digits themselves.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(DecimalNumber)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The member of an object; nil if there is none, or this is no object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// The member of an object where it may be left out: `null` is as if it were not there.
  package func present(_ key: String) -> JSONValue? {
    self[key] == .null ? nil : self[key]
  }
}
