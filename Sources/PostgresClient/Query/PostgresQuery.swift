/// One SQL statement and the values bound to it.
///
/// Interpolation binds: `"select id from account where name = \(name)"` becomes
/// `select id from account where name = $1` with one parameter. Text that the source has as a
/// constant, such as a list of columns, is spliced in by `\(sql: columns)`. There is no way to splice
/// a value into the text other than ``init(unsafeSQL:)``.
public struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
  /// The statement's text, with `$1`, `$2`, … for its parameters.
  public internal(set) var sql: String
  /// The parameters in Postgres' text format; nil is NULL.
  public internal(set) var parameters: [String?]
  /// Whether the statement is prepared once per connection and scope, and reused.
  public internal(set) var isPrepared: Bool

  public init(stringLiteral value: String) {
    sql = value
    parameters = []
    isPrepared = true
  }

  public init(stringInterpolation: StringInterpolation) {
    sql = stringInterpolation.sql
    parameters = stringInterpolation.parameters
    isPrepared = true
  }

  /// A statement whose text is used as it is, parsed anew each time: for DDL and migrations.
  ///
  /// The caller answers for every byte of it; nothing that came from a request may be in it but
  /// identifiers quoted with ``quoteIdentifier(_:)``.
  public init(unsafeSQL sql: String) {
    self.sql = sql
    parameters = []
    isPrepared = false
  }

  /// `name` as a quoted SQL identifier.
  public static func quoteIdentifier(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }

  /// `text` as a quoted SQL literal, for the few statements that take no parameters (DDL).
  ///
  /// Relies on `standard_conforming_strings`, which every connection of this client has on.
  public static func quoteLiteral(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }

  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    /// Made once: there is one for each parameter of each query.
    private static let placeholders = (1...16).map { "$\($0)" }

    var sql = ""
    var parameters: [String?] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      sql.reserveCapacity(literalCapacity + interpolationCount * 3)
      parameters.reserveCapacity(interpolationCount)
    }

    public mutating func appendLiteral(_ literal: String) {
      sql += literal
    }

    public mutating func appendInterpolation(_ value: some PostgresEncodable) {
      append(value.postgresText)
    }

    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      append(value?.postgresText)
    }

    /// Splices in a part of the statement that is a constant of the source.
    public mutating func appendInterpolation(sql: StaticString) {
      self.sql += sql.description
    }

    private mutating func append(_ parameter: String?) {
      parameters.append(parameter)
      let number = parameters.count
      sql += number <= Self.placeholders.count ? Self.placeholders[number - 1] : "$\(number)"
    }
  }
}
