/// A setting's name, in the environment and in the configuration file alike.
///
/// `docs/reference/configuration.md` describes each. No name may begin with `TERRACE_PORT` or
/// `TERRACE_SERVICE`: Kubernetes sets such variables for a Service that is called `terrace`.
enum ConfigurationKey: String, CaseIterable, Sendable {
  case configurationFile = "TERRACE_CONFIG_FILE"
  case mode = "TERRACE_MODE"
  case instanceName = "TERRACE_INSTANCE_NAME"
  case logLevel = "TERRACE_LOG_LEVEL"
  case accessLog = "TERRACE_ACCESS_LOG"

  case publicListen = "TERRACE_PUBLIC_LISTEN"
  case adminListen = "TERRACE_ADMIN_LISTEN"
  case opsListen = "TERRACE_OPS_LISTEN"
  case publicURL = "TERRACE_PUBLIC_URL"
  case baseDomains = "TERRACE_BASE_DOMAINS"
  case pathHosts = "TERRACE_PATH_HOSTS"
  case adminHosts = "TERRACE_ADMIN_HOSTS"
  case trustedProxies = "TERRACE_TRUSTED_PROXIES"
  case idleTimeout = "TERRACE_IDLE_TIMEOUT"
  case requestTimeout = "TERRACE_REQUEST_TIMEOUT"
  case maximumConnections = "TERRACE_MAX_CONNECTIONS"
  case maximumConnectionsPerPeer = "TERRACE_MAX_CONNECTIONS_PER_PEER"
  case drainDelay = "TERRACE_DRAIN_DELAY"
  case drainTimeout = "TERRACE_DRAIN_TIMEOUT"

  case publicCertificate = "TERRACE_PUBLIC_TLS_CERTIFICATE"
  case publicKey = "TERRACE_PUBLIC_TLS_KEY"
  case gatewayAuthorities = "TERRACE_GATEWAY_CA"
  case adminCertificate = "TERRACE_ADMIN_TLS_CERTIFICATE"
  case adminKey = "TERRACE_ADMIN_TLS_KEY"

  case upstream = "TERRACE_UPSTREAM"
  case upstreamOverrides = "TERRACE_UPSTREAM_OVERRIDES"
  case upstreamAuthorities = "TERRACE_UPSTREAM_CA"
  case upstreamCertificate = "TERRACE_UPSTREAM_TLS_CERTIFICATE"
  case upstreamKey = "TERRACE_UPSTREAM_TLS_KEY"
  case upstreamConnections = "TERRACE_UPSTREAM_CONNECTIONS"
  case upstreamConnectTimeout = "TERRACE_UPSTREAM_CONNECT_TIMEOUT"
  case upstreamHeadTimeout = "TERRACE_UPSTREAM_HEAD_TIMEOUT"
  case upstreamIdleTimeout = "TERRACE_UPSTREAM_IDLE_TIMEOUT"

  case databaseHost = "TERRACE_DATABASE_HOST"
  case databasePort = "TERRACE_DATABASE_PORT"
  case databaseName = "TERRACE_DATABASE_NAME"
  case rolePrefix = "TERRACE_ROLE_PREFIX"
  case databaseSSLMode = "TERRACE_DATABASE_SSLMODE"
  case databaseSSLRootCertificate = "TERRACE_DATABASE_SSLROOTCERT"
  case replicas = "TERRACE_REPLICAS"
  case databaseConnections = "TERRACE_DATABASE_CONNECTIONS"
  case connectTimeout = "TERRACE_DATABASE_CONNECT_TIMEOUT"
  case queueTimeout = "TERRACE_DATABASE_QUEUE_TIMEOUT"
  case statementTimeout = "TERRACE_DATABASE_STATEMENT_TIMEOUT"
  case statementMemory = "TERRACE_DATABASE_STATEMENT_MEMORY"
  case maximumStaleness = "TERRACE_REGISTRY_MAX_STALENESS"
  case passwordHashes = "TERRACE_PASSWORD_HASHES"

  case superuser = "TERRACE_SUPERUSER"
  case superuserPassword = "TERRACE_SUPERUSER_PASSWORD"
  case ownerPassword = "TERRACE_OWNER_PASSWORD"
  case readerPassword = "TERRACE_READER_PASSWORD"
  case sharedMasterKey = "TERRACE_MASTER_KEY"
  case dedicatedMasterKey = "TERRACE_DEDICATED_MASTER_KEY"
  case adminToken = "TERRACE_ADMIN_TOKEN"
  case legacyPassword = "TERRACE_LEGACY_PASSWORD"

  case manifestImage = "TERRACE_MANIFEST_IMAGE"
  case manifestDatabasePeers = "TERRACE_MANIFEST_DATABASE_PEERS"

  case tenantID = "TERRACE_TENANT_ID"
  case tenantLogin = "TERRACE_TENANT_LOGIN"
  case tenantPassword = "TERRACE_TENANT_PASSWORD"
  case tenantKey = "TERRACE_TENANT_KEY"

  /// Whether the value must not be shown. Such a key can also be given as `…_FILE`, the path of a
  /// file that holds the value.
  var isSecret: Bool {
    switch self {
    case .superuserPassword, .ownerPassword, .readerPassword, .sharedMasterKey,
      .dedicatedMasterKey, .adminToken, .legacyPassword, .tenantPassword, .tenantKey:
      true
    default: false
    }
  }

  /// Names that keys once had, and what they are called now.
  static let renamed: [String: ConfigurationKey] = ["TERRACE_SCOPE": .mode]

  /// The key that names the file which holds the secret.
  var fileName: String { rawValue + "_FILE" }
}
