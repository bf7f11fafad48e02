/// A schema's whole history, in order, and the short way to its end.
public struct Migrations: RandomAccessCollection, ExpressibleByArrayLiteral, Sendable {
  private let history: [Migration]
  /// The statements that bring an empty schema to where the whole history does, one command each;
  /// nil where that takes the history itself.
  public let baseline: [String]?

  public init(_ history: [Migration], baseline: [String]? = nil) {
    self.history = history
    self.baseline = baseline
  }

  public init(arrayLiteral elements: Migration...) { self.init(elements) }

  /// A history whose files are part of the program.
  ///
  /// Traps if a file is malformed: files are read where their constant is first used, and every test
  /// of the history does so.
  ///
  /// - Parameters:
  ///   - files: the name of each migration and the text of its file, the first migration first.
  ///   - baseline: the text of the file that has the baseline, if there is one.
  public init(files: KeyValuePairs<String, [UInt8]>, baseline: [UInt8]? = nil) {
    do {
      history = try files.enumerated().map { index, file in
        try Migration(
          number: index + 1, name: file.key, sql: String(decoding: file.value, as: UTF8.self))
      }
      self.baseline = try baseline.map {
        try SQLScript(String(decoding: $0, as: UTF8.self)).statements
      }
    } catch {
      fatalError("\(error)")
    }
  }

  public var startIndex: Int { history.startIndex }
  public var endIndex: Int { history.endIndex }
  public subscript(position: Int) -> Migration { history[position] }

  /// The history that goes on with `next`; a baseline does not reach its end.
  public static func + (history: Migrations, next: Migrations) -> Migrations {
    Migrations(history.history + next.history)
  }

  /// What brings a schema that nobody uses yet up to date, to be run in a transaction in which names
  /// resolve in it.
  ///
  /// - Parameter version: how many migrations it has had; 0 for one that is empty.
  public func creation(from version: Int = 0) -> [PostgresQuery] {
    if version == 0, let baseline { return baseline.map(PostgresQuery.init(unsafeSQL:)) }
    return dropFirst(version).flatMap(\.creation)
  }
}
