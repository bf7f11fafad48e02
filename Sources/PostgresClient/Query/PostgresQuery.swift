/// One SQL statement and the values bound to it.
///
/// Interpolation binds: `"select id from account where name = \(name)"` becomes
/// `select id from account where name = $1` with one parameter. Text that the source has as a
/// constant, such as a list of columns, is spliced in by `\(sql: columns)`, and a part that has values
/// of its own, such as a condition, is a query that is interpolated. There is no way to splice a value
/// into the text other than ``init(unsafeSQL:)``.
public struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
  let text: StatementText
  /// The parameters in Postgres' text format; nil is NULL.
  public internal(set) var parameters: [String?]
  /// Whether the statement is prepared once per connection and scope, and reused.
  public let isPrepared: Bool

  /// The statement's text, with `$1`, `$2`, … for its parameters.
  public var sql: String { text.sql }

  public init(stringLiteral value: StaticString) {
    self.init(.of([.literal(value)]), isPrepared: true)
  }

  public init(stringInterpolation: StringInterpolation) {
    self.init(
      .of(stringInterpolation.parts), stringInterpolation.parameters, isPrepared: true)
  }

  /// A statement whose text is used as it is, parsed anew each time: for DDL and migrations.
  ///
  /// The caller answers for every byte of it; nothing that came from a request may be in it but
  /// identifiers quoted with ``quoteIdentifier(_:)``.
  public init(unsafeSQL sql: String) {
    self.init(StatementText(sql), isPrepared: false)
  }

  init(_ text: StatementText, _ parameters: [String?] = [], isPrepared: Bool) {
    self.text = text
    self.parameters = parameters
    self.isPrepared = isPrepared
  }

  /// The statement, planned anew each time: for one whose best plan depends on the values.
  public var plannedEachTime: PostgresQuery {
    PostgresQuery(text, parameters, isPrepared: false)
  }

  /// The parts, one after the other with `separator` between them.
  public static func joined(
    _ parts: [PostgresQuery], separator: StaticString
  ) -> PostgresQuery {
    var text = StringInterpolation(literalCapacity: 0, interpolationCount: parts.count)
    for (index, part) in parts.enumerated() {
      if index > 0 { text.appendInterpolation(sql: separator) }
      text.appendInterpolation(query: part)
    }
    return PostgresQuery(stringInterpolation: text)
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
    private(set) var parts: [StatementText.Part] = []
    private(set) var parameters: [String?] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(interpolationCount * 2 + 1)
      parameters.reserveCapacity(interpolationCount)
    }

    public mutating func appendLiteral(_ literal: StaticString) {
      parts.append(.literal(literal))
    }

    public mutating func appendInterpolation(_ value: some PostgresEncodable) {
      append(value.postgresText)
    }

    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      append(value?.postgresText)
    }

    /// Splices in a part of the statement that is a constant of the source.
    public mutating func appendInterpolation(sql: StaticString) {
      parts.append(.literal(sql))
    }

    /// Splices in another statement, with its parameters. It is none of ``init(unsafeSQL:)``.
    public mutating func appendInterpolation(query: PostgresQuery) {
      guard let others = query.text.parts else {
        preconditionFailure("the text of a part of a statement is no constant of the source")
      }
      parts += others
      parameters += query.parameters
    }

    private mutating func append(_ parameter: String?) {
      parts.append(.parameter)
      parameters.append(parameter)
    }
  }
}
