import AdminAPI
import Finance
import Foundation
import Logging
import PostgresClient
import TenantRegistry

/// All that a serving process is told, read and checked once, at start.
struct ProcessConfiguration: Sendable {
  var server: ServerConfiguration
  var client: PostgresClientConfiguration
  /// How many processes like this one share the database server.
  var replicas = 1
  /// What the roles of this installation are called.
  var roles = DatabaseRoles.standard
  /// The reader's login, where tenants are served.
  var reader: PostgresLogin?
  /// The owner's login, where tenants are registered.
  var owner: PostgresLogin?
  /// Nil where one tenant is served by credentials of its own.
  var masterKeys: MasterKeys?
  /// What one tenant's own process holds.
  var tenant: TenantCredentials?
  /// The token of the admin listener, where there is one.
  var adminToken: AdminToken?
  var directory: TenantDirectoryConfiguration
  var urls: TenantURLs
  /// What dedicated tenants' manifests say of the cluster.
  var manifests = ManifestConfiguration()
  /// How many passwords are hashed at once; nil leaves it to the number of cores.
  var passwordHashes: Int?
  /// How long requests may be under way on the side that a tenant has left. No key sets it; tests
  /// make it short.
  var moveDrain = TenantDeployments.drain
  /// What hashing a new password takes. No key sets it; tests make it cheap.
  var passwordCost = ScryptParameters.standard

  /// The connections that all replicas together may open.
  var databaseConnections: Int { client.connections(of: replicas) }

  /// A tenant's login has ten connections: enough for two processes, one of which LISTENs while
  /// the other takes over.
  private static let dedicatedConnections = 4

  /// ## Configuration keys
  /// - `TERRACE_MODE` (required)
  /// - `TERRACE_MASTER_KEY`, `TERRACE_READER_PASSWORD`, `TERRACE_OWNER_PASSWORD`, `TERRACE_DEDICATED_MASTER_KEY` and
  ///   `TERRACE_ADMIN_TOKEN`, `TERRACE_TENANT_PASSWORD` and `TERRACE_TENANT_KEY`, each required in some modes and refused in the others
  /// - `TERRACE_TENANT_ID`, `TERRACE_TENANT_LOGIN`
  /// - `TERRACE_INSTANCE_NAME`, `TERRACE_REPLICAS`, `TERRACE_REGISTRY_MAX_STALENESS`, `TERRACE_PASSWORD_HASHES`
  /// - `TERRACE_PUBLIC_URL`
  /// - those of ``ServerConfiguration``, ``ManifestConfiguration``, ``DatabaseConfiguration`` and the Postgres client
  init(_ source: ConfigurationSource) throws {
    let mode = try Self.mode(source)
    server = try ServerConfiguration(mode: mode, source)
    let database = try DatabaseConfiguration(source)
    client = try PostgresClientConfiguration(
      source, connections: mode == .dedicated ? Self.dedicatedConnections : nil)
    replicas = try Self.replicas(source)
    roles = database.roles
    let rules = SecretRules(mode: mode, source: source)
    reader = try rules.secret(.readerPassword, in: [.shared, .dev]).map {
      database.reader(password: $0)
    }
    owner = try rules.secret(.ownerPassword, in: [.admin, .dev]).map {
      database.owner(password: $0)
    }
    adminToken = try rules.adminToken().map { AdminToken($0) }
    masterKeys = try rules.masterKeys()
    tenant = try rules.tenantCredentials(database)
    _ = try rules.secret(.superuserPassword, in: [])
    _ = try rules.secret(.legacyPassword, in: [])
    directory = TenantDirectoryConfiguration(
      name: source.text(.instanceName) ?? ProcessInfo.processInfo.hostName)
    // The registry lets no lease last longer.
    directory.maximumStaleness =
      try source.duration(.maximumStaleness, atMost: 10) ?? directory.maximumStaleness
    urls = try Self.urls(source, server: server)
    manifests = try ManifestConfiguration(source)
    passwordHashes = try source.integer(.passwordHashes, in: 1...1024)
  }

  /// What `terrace dev` runs as: everything in one process.
  init(
    server: ServerConfiguration, client: PostgresClientConfiguration, reader: PostgresLogin,
    owner: PostgresLogin, masterKeys: MasterKeys, adminToken: AdminToken
  ) {
    self.server = server
    self.client = client
    self.reader = reader
    self.owner = owner
    self.masterKeys = masterKeys
    self.adminToken = adminToken
    directory = TenantDirectoryConfiguration(name: "dev")
    urls = Self.urls(onThisMachine: server)
  }

  private static func mode(_ source: ConfigurationSource) throws -> ServerConfiguration.Mode {
    let form =
      "one of " + ServerConfiguration.Mode.allCases.map(\.rawValue).joined(separator: ", ")
    let mode = try source.value(.mode, form: form) { ServerConfiguration.Mode(rawValue: $0) }
    guard let mode else { throw ConfigurationError(.mode, "is not set: it must be \(form)") }
    return mode
  }

  /// How many processes like the one that the source configures share the database server.
  static func replicas(_ source: ConfigurationSource) throws -> Int {
    try source.integer(.replicas, in: 1...10_000) ?? 1
  }

  private static func urls(
    _ source: ConfigurationSource, server: ServerConfiguration
  ) throws -> TenantURLs {
    let domains = server.baseDomains.map(\.text).joined(separator: ", ")
    let given = try source.value(
      .publicURL,
      form: "a URL such as https://finance.example, of a host in TERRACE_BASE_DOMAINS (\(domains))"
    ) { text -> TenantURLs? in
      guard let url = URLComponents(string: text), let scheme = url.scheme,
        let host = url.host.flatMap({ Authority($0)?.host }), server.baseDomains.contains(host),
        ["http", "https"].contains(scheme), url.path.isEmpty, url.query == nil
      else { return nil }
      return TenantURLs(scheme: scheme, baseDomain: host.text, port: url.port)
    }
    if let given { return given }
    guard let domain = server.baseDomains.first else {
      throw ConfigurationError(.baseDomains, "has no domain")
    }
    return domain == .name("localhost")
      ? urls(onThisMachine: server)
      : TenantURLs(scheme: "https", baseDomain: domain.text, port: nil)
  }

  /// Under `localhost` nothing stands before the public listener: its scheme and port are those of
  /// the URLs.
  private static func urls(onThisMachine server: ServerConfiguration) -> TenantURLs {
    TenantURLs(
      scheme: server.publicScheme, baseDomain: "localhost", port: server.publicListener.port)
  }
}
