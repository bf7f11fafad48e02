import PostgresClient
import Tenancy

/// How a ledger begins.
enum LedgerCreation {
  /// The name of a user's first ledger.
  static let firstName = "Personal"

  /// Adds a ledger and the accounts that every ledger has.
  ///
  /// - Returns: its id. It has no member yet.
  static func create(
    _ name: String, _ settings: LedgerSettings, in transaction: PostgresTransaction
  ) async throws -> Int64 {
    let own = BookAccounts.Own.all.map(\.row)
    return try await transaction.query(
      """
      with new as (
        insert into ledger (name, currency, time_zone)
        values (\(name), \(settings.currency.code), \(settings.timeZone)) returning id
      ), accounts as (
        insert into account (ledger_id, kind, type, name, currency, version)
        select new.id, own.kind, own.type, own.name, \(Currency.none), 1
        from new, unnest(
          \(own.map(\.kind.rawValue))::text[], \(own.map(\.type))::text[], \(own.map(\.name))::text[]
        ) as own (kind, type, name)
      )
      select id from new
      """)[0].decode(0)
  }

  /// Makes a user a member.
  static func addMember(_ user: Int64, _ role: LedgerRole, to ledger: Int64) -> PostgresQuery {
    """
    insert into ledger_member (ledger_id, user_id, role)
    values (\(ledger), \(user), \(role.rawValue))
    """
  }
}
