import PostgresClient
import Tenancy

/// Reads the database of the old app.
struct LegacyStore: Sendable {
  let schema: LegacySchema
  private let database: PostgresDatabase

  /// - Throws: ``LegacySchemaNotFound``, `PostgresError`.
  init(_ database: PostgresDatabase) async throws {
    self.database = database
    let rows = try await database.query(
      """
      select table_schema, table_name, column_name, data_type from information_schema.columns
      where table_schema not in ('pg_catalog', 'information_schema')
      order by table_schema <> 'public', table_schema, table_name, ordinal_position
      """)
    var tables: [LegacyTable.Name: [String: String]] = [:]
    var order: [LegacyTable.Name] = []
    for row in rows {
      let name = LegacyTable.Name(schema: try row.decode(0), table: try row.decode(1))
      if tables[name] == nil { order.append(name) }
      tables[name, default: [:]][try row.decode(2)] = try row.decode(3, as: String.self)
    }
    schema = try LegacySchema(order, tables)
  }

  struct User: Sendable, Hashable {
    let id: Int64
    let username: String
    let passwordHash: String
  }

  /// A transaction as it is there, with all that the old app let in.
  struct Row: Sendable, Hashable {
    let id: Int64
    let userID: Int64?
    let type: String
    let amount: String
    let description: String
    let date: CivilDate?
  }

  // What is spliced into these statements are numbers, and names that the server told, in quotes. They
  // are in the order of the table's own column, which has an index, and not of what is selected of it.

  /// Up to `limit` users after the one with `id`.
  func users(after id: Int64, limit: Int) async throws -> [User] {
    let table = schema.users
    // A table has these columns, or it is none of the old app's.
    let (key, name, password) = (table[.id]!, table[.username]!, table[.password]!)
    return try await database.query(
      PostgresQuery(
        unsafeSQL: """
          select \(key)::bigint, coalesce(\(name)::text, ''), coalesce(\(password)::text, '')
          from \(table.sql) old where old.\(key) > '\(id)'::bigint order by old.\(key) limit \(limit)
          """)
    ).map { row in
      User(id: try row.decode(0), username: try row.decode(1), passwordHash: try row.decode(2))
    }
  }

  /// Up to `limit` transactions after the one with `id`.
  ///
  /// - Parameter timeZone: in it instants have their dates; other times are taken as they are written.
  func transactions(after id: Int64, limit: Int, timeZone: String) async throws -> [Row] {
    let table = schema.transactions
    // As above.
    let (key, user, type) = (table[.id]!, table[.user]!, table[.type]!)
    let (amount, time) = (table[.amount]!, table[.date]!)
    let zone = PostgresQuery.quoteLiteral(timeZone)
    let date = table.hasInstants ? "(\(time) at time zone \(zone))::date" : "\(time)::date"
    return try await database.query(
      PostgresQuery(
        unsafeSQL: """
          select \(key)::bigint, \(user)::bigint, coalesce(\(type)::text, ''),
            coalesce(\(amount)::text, ''), coalesce(\(table[.description] ?? "null")::text, ''), \(date)
          from \(table.sql) old where old.\(key) > '\(id)'::bigint order by old.\(key) limit \(limit)
          """)
    ).map { row in
      Row(
        id: try row.decode(0), userID: try row.decodeIfPresent(1), type: try row.decode(2),
        amount: try row.decode(3), description: try row.decode(4),
        // A year that we do not count in is none that the books have.
        date: try row.decodeIfPresent(5, as: String.self).flatMap { CivilDate($0) })
    }
  }
}
