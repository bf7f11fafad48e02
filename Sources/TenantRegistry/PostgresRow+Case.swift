import PostgresClient

extension PostgresRow {
  /// A column that holds the name of one of an enumeration's cases.
  func decodeCase<Value: RawRepresentable<String>>(_ column: Int, as type: Value.Type = Value.self)
    throws(PostgresError) -> Value
  {
    try Self.value(named: decode(column))
  }

  /// A column that holds the name of one of an enumeration's cases.
  func decodeCase<Value: RawRepresentable<String>>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    try Self.value(named: decode(column))
  }

  private static func value<Value: RawRepresentable<String>>(
    named name: String
  ) throws(PostgresError) -> Value {
    guard let value = Value(rawValue: name) else {
      throw PostgresError(code: .decoding, detail: "\(name) is not a \(Value.self)")
    }
    return value
  }
}
