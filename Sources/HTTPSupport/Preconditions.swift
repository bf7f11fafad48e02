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

  /// Whether a request that makes the resource may do so, where there is none.
  ///
  /// - Throws: ``Problem`` 412 if it is meant for one that is there.
  public func checkAbsence() throws(Problem) {
    if ifMatch != nil { throw .preconditionFailed(.ifMatch) }
  }

  /// Whether who reads the resource has the state that `tag` names: what is to be answered is 304.
  ///
  /// - Throws: ``Problem`` 412 if only another state was to be read.
  public func knows(_ tag: EntityTag) throws(Problem) -> Bool {
    if let ifMatch, !ifMatch.matchesStrongly(tag) { throw .preconditionFailed(.ifMatch) }
    return ifNoneMatch?.matchesWeakly(tag) ?? false
  }
}

/// The name of one state of a resource (RFC 9110, section 8.8.3).
public struct EntityTag: Sendable, Hashable, CustomStringConvertible {
  /// What stands between the quotes.
  public let value: String
  /// Whether two states that differ in what does not matter may share it.
  public let isWeak: Bool

  /// - Parameter value: has no quotes, spaces or control characters.
  public init(_ value: String, isWeak: Bool = false) {
    self.value = value
    self.isWeak = isWeak
  }

  /// Takes a tag from the front of `text`; nil if none is there.
  init?(from text: inout Substring.UTF8View) {
    let isWeak = text.starts(with: "W/".utf8)
    if isWeak { text.removeFirst(2) }
    let quote = UInt8(ascii: "\"")
    guard text.popFirst() == quote, let end = text.firstIndex(of: quote) else { return nil }
    let value = text[..<end]
    guard value.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    text = text[text.index(after: end)...]
    self.init(String(Substring(value)), isWeak: isWeak)
  }

  /// As a field has it.
  public var description: String { (isWeak ? "W/" : "") + "\"\(value)\"" }
}

/// The value of `If-Match` or `If-None-Match` (RFC 9110, sections 13.1.1 and 13.1.2).
public enum EntityTagList: Sendable, Equatable {
  /// `*`: whatever is there.
  case any
  case tags([EntityTag])

  /// Nil unless `text` is `*` or a list of entity tags, with one at least.
  public init?(parsing text: String) {
    if text == "*" {
      self = .any
    } else if let tags = Self.tags(in: text), !tags.isEmpty {
      self = .tags(tags)
    } else {
      return nil
    }
  }

  /// Elements of the list may be empty (RFC 9110, section 5.6.1), and tags have commas in them.
  private static func tags(in text: String) -> [EntityTag]? {
    var rest = text[...].utf8
    var tags: [EntityTag] = []
    var canBegin = true
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): rest.removeFirst()
      case UInt8(ascii: ","):
        rest.removeFirst()
        canBegin = true
      default:
        guard canBegin, let tag = EntityTag(from: &rest) else { return nil }
        tags.append(tag)
        canBegin = false
      }
    }
    return tags
  }

  /// Whether `tag` is one of these and both are strong.
  public func matchesStrongly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): !tag.isWeak && tags.contains(tag)
    }
  }

  /// Whether `tag` is one of these, weak or not.
  public func matchesWeakly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): tags.contains { $0.value == tag.value }
    }
  }
}

extension Problem {
  /// 412: the resource's state is not one that the field, `If-Match` or `If-None-Match`, lets pass.
  public static func preconditionFailed(_ field: HTTPField.Name) -> Problem {
    Problem(
      .preconditionFailed, type: "precondition-failed",
      title: "What is there is not what the request is for",
      detail: "nothing was changed, since its ETag is "
        + (field == .ifMatch ? "none of those in If-Match" : "one of those in If-None-Match")
        + ": get it again, and decide by what it is now")
  }
}
