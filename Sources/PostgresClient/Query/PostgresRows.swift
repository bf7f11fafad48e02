import CLibPQ

/// The result of one statement: its rows, and how many it changed.
///
/// Wraps a `PGresult`, which libpq never changes once it is made: it may be read from any thread
/// (libpq, "Behavior in Threaded Programs").
public final class PostgresRows: @unchecked Sendable, RandomAccessCollection {
  // Unchecked since OpaquePointer is not Sendable; the result is immutable and freed once.
  private let result: OpaquePointer

  /// Takes ownership of `result`.
  init(result: OpaquePointer) {
    self.result = result
    endIndex = Int(PQntuples(result))
    columnCount = Int(PQnfields(result))
  }

  deinit {
    PQclear(result)
  }

  public let startIndex = 0
  public let endIndex: Int
  @usableFromInline let columnCount: Int

  public subscript(position: Int) -> PostgresRow {
    PostgresRow(rows: self, index: position)
  }

  /// How many rows the statement inserted, updated, deleted or returned.
  public var affectedRows: Int {
    Int(String(cString: PQcmdTuples(result))) ?? 0
  }

  /// The bytes of a value in text format, or nil for NULL. Valid for as long as the result lives.
  @usableFromInline func bytes(row: Int, column: Int) -> UnsafeBufferPointer<UInt8>? {
    let row = Int32(row)
    let column = Int32(column)
    guard let value = PQgetvalue(result, row, column) else { return nil }
    let count = Int(PQgetlength(result, row, column))
    // The length of NULL is 0.
    if count == 0, PQgetisnull(result, row, column) == 1 { return nil }
    let bytes = UnsafeRawBufferPointer(start: value, count: count)
    return bytes.assumingMemoryBound(to: UInt8.self)
  }

  @usableFromInline func columnName(_ column: Int) -> String {
    PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
  }

  /// The number of the first column with that name, which is written as it is in the select list,
  /// in lower case.
  @usableFromInline func number(of column: String) throws(PostgresError) -> Int {
    let number = PQfnumber(result, column)
    guard number >= 0 else { throw .decoding("the result has no column \(column)") }
    return Int(number)
  }
}
