/// One row of a result. Columns have the names that the select list gives them, and are numbered
/// from 0 in its order. Numbers are for the request path: a name is looked up in each row.
public struct PostgresRow: Sendable {
  @usableFromInline let rows: PostgresRows
  @usableFromInline let index: Int

  /// The value of a column that is never NULL.
  ///
  /// - Throws: ``PostgresError`` with code `decoding` if it is NULL, or no such value.
  @inlinable public func decode<Value: PostgresDecodable>(
    _ column: Int, as type: Value.Type = Value.self
  )
    throws(PostgresError) -> Value
  {
    guard let value = try decodeIfPresent(column, as: type) else {
      throw .decoding("column \(rows.columnName(column)) is null")
    }
    return value
  }

  /// The value of a column, or nil if it is NULL.
  ///
  /// - Throws: ``PostgresError`` with code `decoding` if it is not a `Value`.
  @inlinable public func decodeIfPresent<Value: PostgresDecodable>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value? {
    precondition(column < rows.columnCount, "the result has no column \(column)")
    return try withExtendedLifetime(rows) { () throws(PostgresError) -> Value? in
      guard let bytes = rows.bytes(row: index, column: column) else { return nil }
      guard let value = Value(postgresText: bytes) else {
        throw .decoding("column \(rows.columnName(column)) is not a \(Value.self)")
      }
      return value
    }
  }

  /// The value of a column that is never NULL.
  ///
  /// - Throws: ``PostgresError`` with code `decoding` if it is NULL, no such value, or no column.
  @inlinable public func decode<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    try decode(rows.number(of: column), as: type)
  }

  /// The value of a column, or nil if it is NULL.
  ///
  /// - Throws: ``PostgresError`` with code `decoding` if it is not a `Value`, or no column.
  @inlinable public func decodeIfPresent<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value? {
    try decodeIfPresent(rows.number(of: column), as: type)
  }
}
