import Logging
import PostgresClient

extension ReconcilerTask {
  /// Ends the sessions of dedicated tenants' logins that keep a transaction open: ten seconds without
  /// a statement, a minute in all.
  ///
  /// - Parameter owner: the registry's database as the owner.
  public static func transactionLimit(
    owner: PostgresDatabase, every interval: Duration = .seconds(5), logger: Logger
  ) -> ReconcilerTask {
    let sessions = TenantSessionStore(database: owner)
    return ReconcilerTask("transaction-limit", every: interval) {
      let (ended, unseen) = try await sessions.endOverdue()
      for login in unseen {
        logger.warning(
          "the owner cannot be made a member of a tenant's login: its transactions have no limit",
          metadata: ["login": "\(login)"])
      }
      for login in ended {
        logger.warning(
          "a tenant's login kept a transaction open: its session was ended",
          metadata: ["login": "\(login)"])
      }
    }
  }
}
