import PostgresClient

/// Where the app that Terrace replaces keeps users and transactions.
///
/// Its tables were made by its ORM, in some versions under other names: the likely ones are looked for.
package struct LegacySchema: Sendable, Hashable, CustomStringConvertible {
  let users: LegacyTable
  let transactions: LegacyTable

  package var description: String { "users in \(users), transactions in \(transactions)" }

  /// The names that each table and column may have, the likeliest first.
  private static let userTables = ["users", "user", "app_user"]
  private static let userColumns: [LegacyTable.Role: [String]] = [
    .id: ["id", "user_id"],
    .username: ["username", "user_name", "email", "name"],
    .password: ["password", "password_hash", "hashed_password", "pwd"],
  ]
  private static let transactionTables = ["transactions", "transaction", "entries"]
  private static let transactionColumns: [LegacyTable.Role: [String]] = [
    .id: ["id", "transaction_id"],
    .user: ["user_id", "userid", "user", "owner_id", "created_by"],
    .type: ["type", "transaction_type", "kind"],
    .amount: ["amount", "value"],
    .description: ["description", "note", "memo"],
    .date: [
      "date", "transaction_date", "created_at", "created_on", "date_created", "timestamp", "time",
    ],
  ]

  /// Finds the tables.
  ///
  /// - Parameters:
  ///   - order: all tables, in the order in which they are looked at.
  ///   - tables: the types of their columns.
  /// - Throws: ``LegacySchemaNotFound``.
  init(
    _ order: [LegacyTable.Name], _ tables: [LegacyTable.Name: [String: String]]
  ) throws(LegacySchemaNotFound) {
    func table(
      _ names: [String], _ columns: [LegacyTable.Role: [String]]
    ) throws(LegacySchemaNotFound) -> LegacyTable {
      for name in names {
        for candidate in order where candidate.table == name {
          if let table = LegacyTable(candidate, tables[candidate] ?? [:], columns) { return table }
        }
      }
      throw LegacySchemaNotFound(
        tables: names,
        columns: columns.filter { $0.key != .description }.values.map(\.[0]).sorted(),
        found: order.map { "\($0.schema).\($0.table)" })
    }
    users = try table(Self.userTables, Self.userColumns)
    transactions = try table(Self.transactionTables, Self.transactionColumns)
  }
}

/// A table of the old app, and which of its columns is what.
struct LegacyTable: Sendable, Hashable, CustomStringConvertible {
  enum Role: Sendable, Hashable, CaseIterable {
    case id, username, password, user, type, amount, description, date
  }

  struct Name: Sendable, Hashable {
    let schema: String
    let table: String
  }

  let name: Name
  private let columns: [Role: String]
  /// Whether its date is an instant, whose day depends on the time zone.
  private(set) var hasInstants = false

  /// Nil if a column is missing, other than the description.
  init?(_ name: Name, _ types: [String: String], _ likely: [Role: [String]]) {
    self.name = name
    var columns: [Role: String] = [:]
    for (role, names) in likely {
      columns[role] = names.first { types[$0] != nil }
      guard columns[role] != nil || role == .description else { return nil }
    }
    self.columns = columns
    hasInstants = columns[.date].flatMap { types[$0] } == "timestamp with time zone"
  }

  var description: String {
    let names = Role.allCases.compactMap { columns[$0] }
    return "\(name.schema).\(name.table) (\(names.joined(separator: ", ")))"
  }

  /// The table, for SQL.
  var sql: String {
    "\(PostgresQuery.quoteIdentifier(name.schema)).\(PostgresQuery.quoteIdentifier(name.table))"
  }

  /// A column, for SQL; nil if there is none.
  subscript(role: Role) -> String? {
    columns[role].map(PostgresQuery.quoteIdentifier)
  }
}

/// A database has no tables that look like the old app's.
package struct LegacySchemaNotFound: Error, CustomStringConvertible {
  let tables: [String]
  let columns: [String]
  let found: [String]

  package var description: String {
    """
    no table \(tables.joined(separator: " or ")) with columns like \(columns.joined(separator: ", ")); \
    there are \(found.isEmpty ? "no tables" : found.joined(separator: ", "))
    """
  }
}
