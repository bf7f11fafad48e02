import PostgresClient

/// The encoding that a database must have.
public enum DatabaseEncoding {
  /// Text would not fit into the database.
  public struct NotUTF8: Error, CustomStringConvertible {
    let finding: DatabaseCheck.Finding

    public var description: String { finding.description }
  }

  /// - Throws: ``NotUTF8``; ``PostgresError``.
  public static func requireUTF8(_ database: PostgresDatabase) async throws {
    if let finding = try await finding(database) { throw NotUTF8(finding: finding) }
  }

  /// What is wrong with the encoding; nil if nothing is.
  static func finding(_ database: PostgresDatabase) async throws -> DatabaseCheck.Finding? {
    let row = try await database.query(
      """
      select current_database(), pg_catalog.pg_encoding_to_char(encoding)
      from pg_catalog.pg_database where datname = current_database()
      """)[0]
    let (name, encoding): (String, String) = (try row.decode(0), try row.decode(1))
    guard encoding != "UTF8" else { return nil }
    return .init(
      problem: "the encoding of the database \(name) is \(encoding), and everything here is UTF-8",
      remedy: "make it anew, with CREATE DATABASE \(PostgresQuery.quoteIdentifier(name)) TEMPLATE "
        + "template0 ENCODING 'UTF8'")
  }
}
