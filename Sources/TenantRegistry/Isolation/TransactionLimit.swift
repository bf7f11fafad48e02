import Logging
import PostgresClient
import ServiceLifecycle

/// Ends the sessions of dedicated tenants' logins that keep a transaction open: ten seconds without
/// a statement, a minute in all. Any number of processes can run it.
public struct TransactionLimit: Service {
  private let sessions: TenantSessionStore
  private let interval: Duration
  private let logger: Logger

  /// - Parameter owner: the registry's database as the owner.
  public init(owner: PostgresDatabase, interval: Duration = .seconds(5), logger: Logger) {
    sessions = TenantSessionStore(database: owner)
    self.interval = interval
    self.logger = logger
  }

  public func run() async throws {
    await repeatUntilShutdown(every: interval) {
      do {
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
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning(
          "what tenants' logins keep open cannot be ended",
          metadata: ["error": "\(String(reflecting: error))"])
      }
    }
  }
}
