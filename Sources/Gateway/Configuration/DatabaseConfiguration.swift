import PostgresClient

/// Which database, and how it is reached.
struct DatabaseConfiguration: Sendable {
  static let defaultName = "terrace"

  /// A host name or address, or the absolute path of a Unix socket's folder.
  var host: String
  var port = 5432
  var name = defaultName
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
  /// - `TERRACE_DATABASE_PORT`, `TERRACE_DATABASE_NAME`
  /// - `TERRACE_DATABASE_SSLMODE`, `TERRACE_DATABASE_SSLROOTCERT`
  init(_ source: ConfigurationSource) throws {
    guard let host = source.text(.databaseHost) else {
      throw ConfigurationError(.databaseHost, "is not set")
    }
    self.host = host
    port = try source.integer(.databasePort, in: 1...65535) ?? port
    name = source.text(.databaseName) ?? name
    sslMode =
      try source.value(.databaseSSLMode, form: Self.sslModes.joined(separator: ", ")) {
        Self.sslModes.contains($0) ? $0 : nil
      } ?? sslMode
    sslRootCertificate = source.text(.databaseSSLRootCertificate)
  }

  /// The login of a command that only asks: the owner's if its password is set, otherwise the
  /// reader's.
  static func login(_ source: ConfigurationSource) throws -> PostgresLogin {
    let database = try DatabaseConfiguration(source)
    if let password = try source.secret(.ownerPassword) {
      return database.login(ProcessConfiguration.ownerName, password: password)
    }
    return database.login(
      ProcessConfiguration.readerName, password: try source.requiredSecret(.readerPassword))
  }

  func login(_ user: String, password: String?) -> PostgresLogin {
    PostgresLogin(
      host: host, port: port, database: name, user: user, password: password,
      // Means nothing on a Unix socket; another node may be on a network all the same.
      sslMode: sslMode, sslRootCertificate: sslRootCertificate)
  }
}
