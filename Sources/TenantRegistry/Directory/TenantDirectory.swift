import Atomics
import Logging
import PostgresClient
import ServiceLifecycle

/// The tenants, as the registry has them: an immutable snapshot that readers take without a lock,
/// and a service that keeps it current.
///
/// The service LISTENs, asks again every two seconds, reads only what has changed, and then says
/// in its lease how far it has come. While the registry is away the snapshot stays as it is; after
/// ``TenantDirectoryConfiguration/maximumStaleness`` it is stale, and requests must be refused.
public final class TenantDirectory: Service, Sendable {
  /// - Parameters:
  ///   - login: `terrace_reader`, in the registry's database. The cells' logins are reached on
  ///     the same server, with passwords derived from the shared master key.
  public init(
    client: PostgresClient, login: PostgresLogin, masterKeys: MasterKeys,
    configuration: TenantDirectoryConfiguration, logger: Logger
  ) {
    fatalError()
  }

  /// The tenant whose slug, or a former one, this is. Nil also before the first load.
  public func tenant(slug: String) -> TenantRecord? {
    fatalError()
  }

  /// The tenant that brought this host (in canonical form), if it is verified.
  public func tenant(customDomain host: String) -> TenantRecord? {
    fatalError()
  }

  /// Whether the snapshot can be trusted: loaded, and the registry heard of within
  /// ``TenantDirectoryConfiguration/maximumStaleness``. If not, every request for a tenant,
  /// known or not, is a 503.
  public var isFresh: Bool {
    fatalError()
  }

  /// The time since the registry was last heard of; nil before the first load.
  public var age: Duration? {
    fatalError()
  }

  /// How many tenants the snapshot has.
  public var count: Int {
    fatalError()
  }

  /// Keeps the snapshot current until the task is cancelled or graceful shutdown begins; then
  /// gives up the lease. The Postgres client must outlive it.
  public func run() async throws {
    fatalError()
  }
}
