import Atomics
import FinanceTestSupport
import PostgresClient
import Testing

@testable import Finance

/// A database of the app that Terrace replaces.
struct LegacyDatabase: Sendable {
  let database: PostgresDatabase

  private static let count = ManagedAtomic(0)

  /// The tables as its ORM made them.
  static let tables = [
    """
    create table users (
      id serial primary key, username varchar(80) unique not null, password varchar(255) not null)
    """,
    """
    create table transactions (
      id serial primary key, user_id integer references users, type varchar(10),
      amount double precision, description varchar(2000), date timestamp default now())
    """,
  ]

  init(_ statements: [String] = tables) async throws {
    let postgres = try #require(SharedPostgres.server)
    let name = "legacy_\(Self.count.wrappingIncrementThenLoad(ordering: .relaxed))"
    _ = try await postgres.client.database(postgres.login).query(
      PostgresQuery(unsafeSQL: "create database \(name)"))
    var login = postgres.login
    login.database = name
    database = postgres.client.database(login)
    _ = try await database.transaction(statements.map(PostgresQuery.init(unsafeSQL:)))
  }

  func run(_ statements: String...) async throws {
    _ = try await database.transaction(statements.map(PostgresQuery.init(unsafeSQL:)))
  }
}
