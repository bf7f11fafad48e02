import Hummingbird
import Logging
import PostgresClient
import Tenancy

/// A request of one tenant, with what the gateway hands to the module that answers it.
package struct TenantContext: RequestContext {
  /// What the gateway knows once it has resolved and admitted a request.
  package final class Source: RequestContextSource, Sendable {
    package let tenant: Tenant
    /// The database in the tenant's scope.
    package let database: PostgresDatabase
    package let tokenIssuer: any TokenIssuer
    package let tokenVerifier: any TokenVerifier
    /// The client's address, as far as it is known: requests of one peer wait behind one another.
    package let peer: String
    /// The tenant's URL as the client has it, such as `https://acme.finance.example`, without a slash
    /// at its end: what links that are handed out begin with.
    package let baseURL: @Sendable () -> String
    /// Bytes that a request's body may have.
    package let bodyLimit: Int
    /// Has the request's deadline begin anew whenever some of its body has come.
    package let renewDeadlineWhileBodyComes: @Sendable () -> Void
    /// Has the request's deadline begin anew, since a long work has got on.
    package let renewDeadline: @Sendable () -> Void
    /// Has the request's id under `hb.request.id`.
    package let logger: Logger

    package init(
      tenant: Tenant, database: PostgresDatabase, tokenIssuer: any TokenIssuer,
      tokenVerifier: any TokenVerifier, peer: String,
      baseURL: @escaping @Sendable () -> String, bodyLimit: Int,
      renewDeadlineWhileBodyComes: @escaping @Sendable () -> Void = {},
      renewDeadline: @escaping @Sendable () -> Void = {}, logger: Logger
    ) {
      self.tenant = tenant
      self.database = database
      self.tokenIssuer = tokenIssuer
      self.tokenVerifier = tokenVerifier
      self.peer = peer
      self.baseURL = baseURL
      self.bodyLimit = bodyLimit
      self.renewDeadlineWhileBodyComes = renewDeadlineWhileBodyComes
      self.renewDeadline = renewDeadline
      self.logger = logger
    }
  }

  package var coreContext: CoreRequestContextStorage
  package let source: Source

  package init(source: Source) {
    coreContext = CoreRequestContextStorage(source: source)
    self.source = source
  }

  package var tenant: Tenant { source.tenant }
  package var database: PostgresDatabase { source.database }
  package var bodyLimit: Int { source.bodyLimit }
}
