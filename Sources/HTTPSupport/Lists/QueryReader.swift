import Hummingbird
import Tenancy

/// Reads the parameters of a query, and collects all that is wrong with them, as ``BodyReader`` does
/// with a body.
package final class QueryReader {
  private var values: [String: String] = [:]
  private var errors: [Problem.FieldError] = []
  private var known: Set<String> = []

  package init(_ request: Request) {
    for (name, value) in request.uri.queryParameters {
      if values.updateValue(String(value), forKey: String(name)) != nil {
        report("is given twice", at: String(name))
      }
    }
  }

  /// Whether the parameter is there, whatever it is.
  package func has(_ name: String) -> Bool { values[name] != nil }

  /// A parameter that may be missing.
  package func optional<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
    known.insert(name)
    guard let text = values[name] else { return nil }
    do {
      return try type.read(.string(text))
    } catch {
      report(error.message, at: name)
      return nil
    }
  }

  /// A parameter that must be there.
  package func required<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
    if values[name] == nil { report("is required", at: name) }
    return optional(name, type)
  }

  /// `true` or `false`; false if it is missing.
  package func flag(_ name: String) -> Bool {
    optional(name, .string("true or false") { Bool($0) }) ?? false
  }

  /// How many things a page has, 1 to 200.
  package func limit(_ standard: Int = 50) -> Int {
    optional(
      "limit",
      .string("an integer from 1 to 200") { text in
        Int(text).flatMap { (1...200).contains($0) ? $0 : nil }
      }) ?? standard
  }

  package func report(_ message: String, at name: String) {
    errors.append(.init(.parameter, field: name, message: message))
  }

  /// - Throws: ``Problem`` 400 with all that is wrong, parameters that nobody read included: one that
  ///   is not known would otherwise widen the result.
  package func finish() throws(Problem) {
    for name in values.keys.filter({ !known.contains($0) }).sorted() {
      report("is not a known parameter", at: name)
    }
    guard errors.isEmpty else { throw .invalid(errors) }
  }

  /// The parameters by name, but for `cursor` and `limit`: what a page's cursor is bound to.
  package var filters: [String: String] {
    values.filter { $0.key != "cursor" && $0.key != "limit" }
  }
}
