import Hummingbird
import Tenancy

/// Reads the members of a JSON object, and collects all that is wrong with them.
///
/// Each read says what a member must be, and returns nil where it is not. ``finish()`` then tells of
/// everything at once, members that nobody read included.
///
/// ```swift
/// let name = body.required("name", .text(upTo: 100))
/// let note = body.optional("note", .text(upTo: 1000))
/// try body.finish()
/// ```
package final class BodyReader {
  private final class Findings {
    var errors: [Problem.FieldError] = []
  }

  private let members: [String: JSONValue]
  private let pointer: String
  private let findings: Findings
  private var known: Set<String> = []

  /// - Throws: ``Problem`` 400 if the value is no object.
  package convenience init(_ value: JSONValue) throws(Problem) {
    guard case .object(let members) = value else {
      throw .invalid([.init(.pointer, field: "", message: "must be an object")])
    }
    self.init(members, pointer: "", findings: Findings())
  }

  private init(_ members: [String: JSONValue], pointer: String, findings: Findings) {
    self.members = members
    self.pointer = pointer
    self.findings = findings
  }

  /// Whether the object has the member, even as null.
  package func has(_ name: String) -> Bool { members[name] != nil }

  /// A member that must be there.
  package func required<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
    guard let value = take(name), value != .null else {
      report("is required", at: name)
      return nil
    }
    return read(value, type, at: name)
  }

  /// A member that may be missing, or null, which is the same.
  package func optional<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
    guard let value = take(name), value != .null else { return nil }
    return read(value, type, at: name)
  }

  /// What a patch does to a member that always has a value: nil leaves it as it is.
  package func replacement<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
    guard let value = take(name) else { return nil }
    guard value != .null else {
      report("must not be null", at: name)
      return nil
    }
    return read(value, type, at: name)
  }

  /// What a patch does to a member that may be null (RFC 7396).
  package func change<Value>(_ name: String, _ type: FieldType<Value>) -> Change<Value> {
    guard let value = take(name) else { return .keep }
    guard value != .null else { return .clear }
    return read(value, type, at: name).map(Change.set) ?? .keep
  }

  /// An object in a member, read by `read`; nil if it is missing or null.
  package func object<Value>(_ name: String, _ read: (BodyReader) throws -> Value) rethrows
    -> Value?
  {
    guard let value = take(name), value != .null else { return nil }
    return try self.object(value, at: name, read)
  }

  /// The objects of an array in a member, each read by `read`; nil if it is missing or null. The
  /// array is shorter where an element is no object.
  ///
  /// - Parameter minimum: if it is more than none, the member is required.
  package func objects<Value>(
    _ name: String, from minimum: Int = 0, upTo limit: Int, _ read: (BodyReader) throws -> Value
  ) rethrows -> [Value]? {
    guard let elements = elements(name, from: minimum, upTo: limit) else { return nil }
    return try elements.enumerated().compactMap { index, element in
      try object(element, at: "\(name)/\(index)", read)
    }
  }

  /// The values of an array in a member; nil if it is missing or null.
  ///
  /// - Parameter minimum: if it is more than none, the member is required.
  package func array<Value>(
    _ name: String, of type: FieldType<Value>, from minimum: Int = 0, upTo limit: Int
  ) -> [Value]? {
    guard let elements = elements(name, from: minimum, upTo: limit) else { return nil }
    return elements.enumerated().compactMap { index, element in
      read(element, type, at: "\(name)/\(index)")
    }
  }

  /// An empty array if a patch removes the member (RFC 7396); nil if it does not.
  package func cleared<Value>(_ name: String) -> [Value]? {
    take(name) == .null ? [] : nil
  }

  /// Any JSON in a member; nil if it is missing.
  package func json(_ name: String) -> JSONValue? { take(name) }

  /// Notes what is wrong with a member.
  package func report(_ message: String, at name: String) {
    findings.errors.append(
      .init(.pointer, field: "\(pointer)/\(Self.escaped(name))", message: message))
  }

  /// - Throws: ``Problem`` 400 with all that is wrong, members that nobody read included.
  package func finish() throws(Problem) {
    checkMembers()
    guard findings.errors.isEmpty else { throw problem }
  }

  /// 400 with what is wrong so far.
  package var problem: Problem { .invalid(findings.errors) }

  private func checkMembers() {
    for name in members.keys.filter({ !known.contains($0) }).sorted() {
      report("is not a known field", at: name)
    }
  }

  private func take(_ name: String) -> JSONValue? {
    known.insert(name)
    return members[name]
  }

  private func elements(_ name: String, from minimum: Int, upTo limit: Int) -> [JSONValue]? {
    guard let value = take(name), value != .null else {
      if minimum > 0 { report("is required", at: name) }
      return nil
    }
    guard case .array(let elements) = value else {
      report("must be an array", at: name)
      return nil
    }
    guard elements.count >= minimum else {
      report("must have at least \(minimum == 1 ? "one" : "\(minimum) elements")", at: name)
      return nil
    }
    guard elements.count <= limit else {
      report("must have at most \(limit) elements", at: name)
      return nil
    }
    return elements
  }

  private func read<Value>(_ value: JSONValue, _ type: FieldType<Value>, at name: String)
    -> Value?
  {
    do {
      return try type.read(value)
    } catch {
      report(error.message, at: name)
      return nil
    }
  }

  private func object<Value>(
    _ value: JSONValue, at name: String, _ read: (BodyReader) throws -> Value
  ) rethrows -> Value? {
    guard case .object(let members) = value else {
      report("must be an object", at: name)
      return nil
    }
    let reader = BodyReader(members, pointer: "\(pointer)/\(name)", findings: findings)
    let result = try read(reader)
    reader.checkMembers()
    return result
  }

  /// RFC 6901, section 3. Slashes are those of a path that this class made.
  private static func escaped(_ name: String) -> String {
    name.contains("~") ? name.replacing("~", with: "~0") : name
  }
}

extension BodyReader {
  /// - Throws: ``Problem`` 400 for what is no JSON object, or has a member twice.
  package convenience init(json bytes: [UInt8]) throws(Problem) {
    do {
      if let repeated = try JSONParser.repeatedMember(in: bytes) {
        let pointer = "/" + repeated.replacing(".", with: "/")
        throw Problem.invalid([.init(.pointer, field: pointer, message: "is given twice")])
      }
      try self.init(try JSONParser.parse(bytes))
    } catch let problem as Problem {
      throw problem
    } catch {
      throw .malformedJSON
    }
  }
}

extension Request {
  /// The bytes of a JSON body.
  ///
  /// - Parameter types: the media types that the body may have.
  /// - Throws: ``Problem``: 415 for another media type, 413 above `limit` bytes.
  package func jsonBytes(
    upTo limit: Int, types: Set<String> = ["application/json"]
  ) async throws -> [UInt8] {
    try requireJSON(types)
    return Array(try await readBody(upTo: limit).readableBytesView)
  }

  /// The JSON object of a patch (RFC 7396).
  ///
  /// - Throws: ``Problem``, as ``jsonBytes(upTo:types:)`` and ``BodyReader/init(json:)`` do.
  package func patchReader(upTo limit: Int = bodyLimit) async throws -> BodyReader {
    try BodyReader(
      json: try await jsonBytes(
        upTo: limit, types: ["application/json", "application/merge-patch+json"]))
  }
}
