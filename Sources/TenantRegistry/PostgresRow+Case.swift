import PostgresClient

extension PostgresRow {
  /// A column that holds the name of one of an enumeration's cases.
  func decodeCase<Value: RawRepresentable<String>>(_ column: Int, as type: Value.Type = Value.self)
    throws(PostgresError) -> Value
  {
    let name = try decode(column, as: String.self)
    guard let value = Value(rawValue: name) else {
      throw PostgresError(code: .decoding, detail: "\(name) is not a \(Value.self)")
    }
    return value
  }
}
