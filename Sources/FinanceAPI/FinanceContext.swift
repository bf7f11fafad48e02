import Hummingbird
import Logging
import PostgresClient
import Tenancy

/// A request of one tenant, with the one door to that tenant's data.
public struct FinanceContext: RequestContext {
  /// What the gateway knows once it has resolved and admitted a request.
  public final class Source: RequestContextSource, Sendable {
    public let tenant: Tenant
    /// The database in the tenant's scope.
    public let database: PostgresDatabase
    public let tokenIssuer: any TokenIssuer
    public let tokenVerifier: any TokenVerifier
    /// The client's address, as far as it is known: requests of one peer wait behind one another.
    public let peer: String
    /// Bytes that a request's body may have.
    public let bodyLimit: Int
    /// Has the request's id under `hb.request.id`.
    public let logger: Logger

    public init(
      tenant: Tenant, database: PostgresDatabase, tokenIssuer: any TokenIssuer,
      tokenVerifier: any TokenVerifier, peer: String, bodyLimit: Int,
      logger: Logger
    ) {
      self.tenant = tenant
      self.database = database
      self.tokenIssuer = tokenIssuer
      self.tokenVerifier = tokenVerifier
      self.peer = peer
      self.bodyLimit = bodyLimit
      self.logger = logger
    }
  }

  public var coreContext: CoreRequestContextStorage
  let source: Source

  public init(source: Source) {
    coreContext = CoreRequestContextStorage(source: source)
    self.source = source
  }

  var tenant: Tenant { source.tenant }
  var database: PostgresDatabase { source.database }
  var bodyLimit: Int { source.bodyLimit }
}
