import Crypto
import Foundation

/// One numbered step of a schema's history. Once released it never changes.
///
/// It is written as a file of SQL, one command to a statement, whose leading comment may say how it
/// runs:
///
/// ```sql
/// -- needs: 12
/// -- transaction: none
/// -- batch: 1000 rows of app_user by id
/// ```
///
/// What each line means, ``needs`` and ``Form`` say.
public struct Migration: Sendable, Equatable {
  /// How the statements run on a schema that is in use. On one that is being made, all run in the
  /// transaction that makes it.
  public enum Form: Sendable, Equatable {
    /// All together, in one transaction.
    case transaction
    /// Each by itself, in no transaction (`-- transaction: none`): what holds no lock that a reader
    /// or a writer waits for, and so may take long. A statement that was interrupted runs again, so
    /// that it must be one that can: `create index concurrently if not exists`,
    /// `drop index concurrently if exists`, `alter table … validate constraint`, `analyze`.
    case statements
    /// One statement, again and again, each time in a transaction of its own for the next `size`
    /// rows of `table` by the order of the integer column `key`
    /// (`-- batch: <size> rows of <table> by <key>`). It is given the range as parameters:
    /// `… where key > $1 and key <= $2`. Every row that is there at the beginning is in one range,
    /// and is changed once.
    case batches(size: Int, table: String, key: String)
  }

  /// 1, 2, 3, … without gaps.
  public let number: Int
  /// A few words in snake case.
  public let name: String
  /// How many of the history's migrations a build must know to work on a schema that has this one:
  /// 0 if it takes nothing away that a build before it uses. One that does names the migration
  /// whose build was the first that did without, which must have been released before.
  public let needs: Int
  public let form: Form
  /// Its statements, one command each; names resolve in the schema that is migrated.
  public let statements: [String]

  public init(
    number: Int, name: String, needs: Int = 0, form: Form = .transaction, statements: [String]
  ) {
    self.number = number
    self.name = name
    self.needs = needs
    self.form = form
    self.statements = statements
  }

  /// The SHA-256 of the name, every statement, and the form unless it is the usual one, in hex.
  /// Comments do not count.
  public var checksum: String {
    var parts = ["\(number)", name] + statements
    switch form {
    case .transaction: break
    case .statements: parts.append("statements")
    case .batches(let size, let table, let key): parts.append("batches \(size) \(table) \(key)")
    }
    var hash = SHA256()
    for part in parts { hash.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
    return String(Array(hash.finalize()).postgresText.dropFirst(2))
  }

  /// What it does to a schema that nobody uses yet, to be run in a transaction: rows that earlier
  /// migrations put in are one batch.
  var creation: [PostgresQuery] {
    statements.map { statement in
      switch form {
      case .transaction: return PostgresQuery(unsafeSQL: statement)
      case .statements:
        return PostgresQuery(
          unsafeSQL: statement.replacing(#/\bconcurrently\b/#.ignoresCase(), with: ""))
      case .batches: return batch(after: .min, upTo: .max)
      }
    }
  }

  /// The statement of a migration in batches, for one range of keys.
  func batch(after: Int64, upTo: Int64) -> PostgresQuery {
    var query = PostgresQuery(unsafeSQL: statements[0])
    query.parameters = [after.postgresText, upTo.postgresText]
    return query
  }
}

extension Migration {
  /// A file of a migration is not one.
  struct FileError: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// - Throws: ``FileError``.
  init(number: Int, name: String, sql: String) throws(FileError) {
    let file = "migration \(number), \(name)"
    let script: SQLScript
    do {
      script = try SQLScript(sql)
    } catch {
      throw FileError(description: "\(file), \(error)")
    }
    var (needs, form) = (0, Form.transaction)
    for line in script.header {
      if let match = line.wholeMatch(of: #/needs: (\d+)/#), let number = Int(match.1) {
        needs = number
      } else if line == "transaction: none" {
        form = .statements
      } else if let match = line.wholeMatch(of: #/batch: (\d+) rows of (\w+) by (\w+)/#),
        let size = Int(match.1), size > 0
      {
        form = .batches(size: size, table: String(match.2), key: String(match.3))
      } else if line.contains(#/^(needs|transaction|batch):/#) {
        throw FileError(description: "\(file): what does '\(line)' mean?")
      }
    }
    self.init(number: number, name: name, needs: needs, form: form, statements: script.statements)
    if let problem { throw FileError(description: "\(file): \(problem)") }
  }

  /// Why its statements cannot run in its form; nil if they can.
  private var problem: String? {
    if statements.isEmpty { return "it has no statement" }
    switch form {
    case .transaction: return nil
    case .statements:
      let repeatable =
        #/
        ^(create\s+(unique\s+)?index\s+concurrently\s+if\s+not\s+exists
        |drop\s+index\s+concurrently\s+if\s+exists
        |alter\s+table\s+\w+\s+validate\s+constraint|analyze)\s
        /#.ignoresCase()
      return statements.first { !$0.contains(repeatable) }
        .map { "outside a transaction this cannot be repeated: \($0)" }
    case .batches:
      guard statements.count == 1, statements[0].contains("$1"), statements[0].contains("$2") else {
        return "in batches runs one statement, for the keys after $1 up to $2"
      }
      return nil
    }
  }
}
