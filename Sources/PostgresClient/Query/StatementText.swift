import Synchronization

/// The text of a statement, with `$1`, `$2`, … for its parameters.
///
/// What the source has as a literal becomes a text once, and is found again by where its parts lie:
/// no request builds or compares the text that it sends.
final class StatementText: Sendable, Hashable {
  /// A literal of the source, or a parameter between two of them.
  enum Part: Equatable, Sendable {
    case literal(StaticString)
    case parameter

    static func == (lhs: Part, rhs: Part) -> Bool { lhs.address == rhs.address }

    /// Of the literal, which ends with a NUL byte: so it tells it from any other.
    fileprivate var address: UnsafePointer<UInt8>? {
      switch self {
      case .literal(let text): text.utf8Start
      case .parameter: nil
      }
    }
  }

  private struct Key: Hashable {
    let parts: [Part]

    /// By one number: to hash each address by itself costs more than to look the text up.
    func hash(into hasher: inout Hasher) {
      hasher.combine(parts.reduce(0) { $0 &* 31 &+ Int(bitPattern: $1.address) })
    }
  }

  let sql: String
  /// What it was made of; nil if it is no constant of the source.
  let parts: [Part]?
  private let sqlHash: Int

  /// As many as the source has literals, and some of the ways to put parts of statements together,
  /// which requests choose.
  private static let known = Mutex<[Key: StatementText]>([:])
  private static let capacity = 4000

  static func of(_ parts: [Part]) -> StatementText {
    let key = Key(parts: parts)
    return known.withLock { known in
      if let text = known[key] { return text }
      let text = StatementText(parts)
      if known.count >= capacity { known.removeAll() }
      known[key] = text
      return text
    }
  }

  private convenience init(_ parts: [Part]) {
    var sql = ""
    var parameters = 0
    for part in parts {
      switch part {
      case .literal(let text): sql += text.description
      case .parameter:
        parameters += 1
        sql += "$\(parameters)"
      }
    }
    self.init(sql, parts: parts)
  }

  init(_ sql: String, parts: [Part]? = nil) {
    self.sql = sql
    self.parts = parts
    sqlHash = sql.hashValue
  }

  static func == (lhs: StatementText, rhs: StatementText) -> Bool {
    lhs === rhs || (lhs.sqlHash == rhs.sqlHash && lhs.sql == rhs.sql)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(sqlHash) }
}
