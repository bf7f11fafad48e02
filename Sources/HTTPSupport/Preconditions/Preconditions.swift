import HTTPTypes

/// Which state of a resource a request is meant for (RFC 9110, section 13).
public struct Preconditions: Sendable {
  private let ifMatch: EntityTagList?
  private let ifNoneMatch: EntityTagList?

  /// - Throws: ``Problem`` 400 naming every field that is malformed.
  public init(_ headers: HTTPFields) throws(Problem) {
    var errors: [Problem.FieldError] = []
    func list(_ name: HTTPField.Name) -> EntityTagList? {
      guard let text = headers[name] else { return nil }
      guard let list = EntityTagList(parsing: text) else {
        errors.append(
          .init(field: name.rawName, message: #"must be * or entity tags, such as "a", "b""#))
        return nil
      }
      return list
    }
    ifMatch = list(.ifMatch)
    ifNoneMatch = list(.ifNoneMatch)
    guard errors.isEmpty else { throw Problem.invalid(errors) }
  }

  /// Whether the request is meant for any state.
  public var isEmpty: Bool { ifMatch == nil && ifNoneMatch == nil }

  /// Whether a request that changes the resource may do so in the state that `tag` names.
  ///
  /// - Throws: ``Problem`` 412 if it may not.
  public func check(_ tag: EntityTag) throws(Problem) {
    if try knows(tag) { throw .preconditionFailed(.ifNoneMatch) }
  }

  /// Whether who reads the resource has the state that `tag` names: what is to be answered is 304.
  ///
  /// - Throws: ``Problem`` 412 if only another state was to be read.
  public func knows(_ tag: EntityTag) throws(Problem) -> Bool {
    if let ifMatch, !ifMatch.matchesStrongly(tag) { throw .preconditionFailed(.ifMatch) }
    return ifNoneMatch?.matchesWeakly(tag) ?? false
  }
}
