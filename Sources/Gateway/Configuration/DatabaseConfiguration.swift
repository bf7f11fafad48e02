import PostgresClient
import TenantRegistry

/// Which database, and how it is reached.
struct DatabaseConfiguration: Sendable {
  static let defaultName = "terrace"

  /// A host name or address, or the absolute path of a Unix socket's folder.
  var host: String
  var port = 5432
  var name = defaultName
  /// What the installation's roles are called.
  var roles = DatabaseRoles.standard
  /// libpq's `sslmode`.
  var sslMode = "verify-full"
  var sslRootCertificate: String?

  private static let sslModes = ["disable", "prefer", "require", "verify-ca", "verify-full"]

  init(host: String, port: Int, name: String) {
    self.host = host
    self.port = port
    self.name = name
  }

  /// ## Configuration keys
  /// - `TERRACE_DATABASE_HOST` (required)
  /// - `TERRACE_DATABASE_PORT`, `TERRACE_DATABASE_NAME`, `TERRACE_ROLE_PREFIX`
  /// - `TERRACE_DATABASE_SSLMODE`, `TERRACE_DATABASE_SSLROOTCERT`
  init(_ source: ConfigurationSource) throws {
    guard let host = source.text(.databaseHost) else {
      throw ConfigurationError(.databaseHost, "is not set")
    }
    self.host = host
    port = try source.integer(.databasePort, in: 1...65535) ?? port
    name = source.text(.databaseName) ?? name
    roles = try Self.roles(source)
    sslMode =
      try source.value(.databaseSSLMode, form: Self.sslModes.joined(separator: ", ")) {
        Self.sslModes.contains($0) ? $0 : nil
      } ?? sslMode
    sslRootCertificate = source.text(.databaseSSLRootCertificate)
  }

  static func roles(_ source: ConfigurationSource) throws -> DatabaseRoles {
    try source.value(.rolePrefix, form: DatabaseRoles.form) { DatabaseRoles(prefix: $0) }
      ?? .standard
  }

  /// The login of a command that only asks: the owner's if its password is set, otherwise the
  /// reader's.
  func login(_ source: ConfigurationSource) throws -> PostgresLogin {
    if let password = try source.secret(.ownerPassword) { return owner(password: password) }
    return reader(password: try source.requiredSecret(.readerPassword))
  }

  func owner(password: String) -> PostgresLogin { login(roles.owner, password: password) }

  func reader(password: String) -> PostgresLogin { login(roles.reader, password: password) }

  func login(_ user: String, password: String?) -> PostgresLogin {
    PostgresLogin(
      host: host, port: port, database: name, user: user, password: password,
      // Means nothing on a Unix socket; another node may be on a network all the same.
      sslMode: sslMode, sslRootCertificate: sslRootCertificate)
  }
}

extension DatabaseRoles {
  /// What to say of a login that the server refuses, if its name comes from the prefix.
  func hint(for login: PostgresLogin) -> String {
    guard [owner, reader].contains(login.user) else { return "" }
    return
      "; the login \(login.user) is of the installation that \(ConfigurationKey.rolePrefix.rawValue) "
      + "names, \(prefix): terrace bootstrap makes it, for the database \(login.database)"
  }
}

extension PostgresClientConfiguration {
  /// ## Configuration keys
  /// - `TERRACE_DATABASE_CONNECTIONS`
  /// - `TERRACE_DATABASE_CONNECT_TIMEOUT`, `TERRACE_DATABASE_QUEUE_TIMEOUT`,
  ///   `TERRACE_DATABASE_STATEMENT_TIMEOUT`
  /// - `TERRACE_DATABASE_STATEMENT_MEMORY`
  ///
  /// - Parameter connections: how many may be open at once if the key is not set.
  init(_ source: ConfigurationSource, connections: Int? = nil) throws {
    self.init()
    maximumConnections =
      try source.integer(.databaseConnections, in: 2...1000) ?? connections ?? maximumConnections
    connectTimeout = try source.duration(.connectTimeout) ?? connectTimeout
    queueTimeout = try source.duration(.queueTimeout) ?? queueTimeout
    statementTimeout = try source.duration(.statementTimeout) ?? statementTimeout
    statementMemory = try source.integer(.statementMemory, in: 0...1 << 30) ?? statementMemory
  }

  /// The connections that so many processes together may open: each has one more, to LISTEN.
  func connections(of processes: Int) -> Int { processes * (maximumConnections + 1) }
}
