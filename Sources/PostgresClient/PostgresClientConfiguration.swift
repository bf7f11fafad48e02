/// The bounds and deadlines of a ``PostgresClient``.
public struct PostgresClientConfiguration: Sendable {
  /// Connections open at once, over all logins.
  public var maximumConnections = 8
  /// Connections that one scope's requests may hold at once; nil is all but one of them.
  public var maximumConnectionsPerScope: Int?
  /// Requests of one scope that may wait for a connection at once.
  public var maximumWaitersPerScope = 512
  /// How long a request waits for a connection.
  public var queueTimeout: Duration = .seconds(2)
  /// How long connecting may take.
  public var connectTimeout: Duration = .seconds(5)
  /// The server-side `statement_timeout` of every scoped statement; the client cancels it, and
  /// gives up on the connection, somewhat later.
  public var statementTimeout: Duration = .seconds(10)
  /// Age at which a connection is replaced, give or take a tenth.
  public var maximumConnectionAge: Duration = .seconds(1800)
  /// Scopes that a connection serves at most; it is replaced when it has served one more. A backend
  /// keeps a catalog cache entry for every table that it has touched. No fewer than one login's
  /// scopes, or busy connections are replaced again and again.
  public var maximumScopesPerConnection = 500
  /// Bytes of its server process's memory that a connection's prepared statements may take, as
  /// estimated from their texts. With none, statements are parsed and planned each time.
  public var statementMemory = 64 << 20
  /// What the server shows in `pg_stat_activity`.
  public var applicationName = "terrace"
  /// The label `client` of its gauges, where a process has several clients.
  public var metricsLabel: String?

  public init() {}
}
