import CLibPQ
import Glibc

/// What libpq is told of a connection.
///
/// What it is not told it would take from PG… variables, which are gone by then
/// (`CPostgresEnvironment`), and from files in the account's home folder, which do not count either.
enum ConnectionSettings {
  /// A file that cannot be there.
  static let noFile = "/dev/null/no-file-is-set"

  static func of(
    _ login: PostgresLogin, _ configuration: PostgresClientConfiguration
  ) -> [(String, String)] {
    [
      ("host", login.host),
      ("port", String(login.port)),
      ("dbname", login.database),
      ("user", login.user),
      ("password", login.password ?? ""),
      ("passfile", noFile),
      ("sslmode", login.sslMode),
      ("sslrootcert", login.sslRootCertificate ?? noFile),
      ("sslcert", noFile),
      ("sslkey", noFile),
      ("sslcrl", noFile),
      // Kerberos is no way to log in here.
      ("gssencmode", "disable"),
      ("connect_timeout", String(max(1, configuration.connectTimeout.components.seconds))),
      // A server that vanishes without a word is noticed, also by who only listens.
      ("keepalives_idle", "10"),
      ("keepalives_interval", "5"),
      ("keepalives_count", "3"),
      ("tcp_user_timeout", "20000"),
      ("application_name", configuration.applicationName),
      ("client_encoding", "UTF8"),
      ("options", SessionSettings.options(configuration)),
    ].filter { !$0.1.isEmpty }
  }

  /// Calls `body` with the keywords and values as libpq wants them, valid only inside.
  static func with<R>(
    _ settings: [(String, String)],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
  ) -> R {
    var keywords: [UnsafePointer<CChar>?] = settings.map { UnsafePointer(strdup($0.0)) }
    var values: [UnsafePointer<CChar>?] = settings.map { UnsafePointer(strdup($0.1)) }
    defer {
      for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) }
    }
    keywords.append(nil)
    values.append(nil)
    return body(keywords, values)
  }
}
