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
