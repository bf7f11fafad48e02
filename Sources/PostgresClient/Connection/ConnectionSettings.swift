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

/// What every session begins with, whatever the server, the database or the role says: the settings
/// that what is sent, and what is read, depends on.
///
/// What is left to the server's administrator, and why, stands in docs/explanation/decisions.md.
enum SessionSettings {
  /// The settings that every supported version has and every login may set.
  private static let fixed: [(name: String, value: String)] = [
    ("TimeZone", "UTC"),
    ("DateStyle", "ISO,MDY"),
    ("IntervalStyle", "postgres"),
    ("timezone_abbreviations", "Default"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
    ("lc_monetary", "C"),
    ("lc_numeric", "C"),
    ("lc_time", "C"),
    ("xmlbinary", "base64"),
    ("xmloption", "content"),
    ("array_nulls", "on"),
    ("standard_conforming_strings", "on"),
    ("backslash_quote", "safe_encoding"),
    ("transform_null_equals", "off"),
    ("quote_all_identifiers", "off"),
    ("search_path", "\"$user\", public"),
    ("role", "none"),
    ("row_security", "on"),
    ("check_function_bodies", "on"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_deferrable", "off"),
    ("exit_on_error", "off"),
  ]

  /// Settings that not every version has, and that are empty unless somebody set them: the first
  /// would make `terrace_owner` a member of every role that it creates, the second takes views away.
  static let emptied = ["createrole_self_grant", "restrict_nonsystem_relation_kind"]

  /// Only a session that began with the option has it.
  static let mark = "terrace.pinned"

  private static func all(_ configuration: PostgresClientConfiguration) -> [(String, String)] {
    let timeout = configuration.statementTimeout.components
    let milliseconds = timeout.seconds * 1000 + timeout.attoseconds / 1_000_000_000_000_000
    return fixed + [("statement_timeout", String(milliseconds))]
  }

  /// What libpq asks the server to begin the session with: these are then what a reset goes back to.
  static func options(_ configuration: PostgresClientConfiguration) -> String {
    (all(configuration) + [(mark, "on")])
      .map { "-c \($0)=\($1.replacing(" ", with: "\\ "))" }.joined(separator: " ")
  }

  /// Statements that set them, for a session that did not begin with them. Any login may run them.
  static func statements(_ configuration: PostgresClientConfiguration) -> String {
    "set client_encoding = 'UTF8';"
      + all(configuration).map { name, value in
        name == "search_path"
          ? "set search_path = \(value);"
          : "set \(name) = \(PostgresQuery.quoteLiteral(value));"
      }.joined()
  }

  /// The same as one query, for who may execute `set_config`.
  static func query(_ configuration: PostgresClientConfiguration) -> String {
    let settings = [("client_encoding", "UTF8")] + all(configuration)
    return "select "
      + settings.map { name, value in
        "pg_catalog.set_config('\(name)',\(PostgresQuery.quoteLiteral(value)),false)"
      }.joined(separator: ",")
  }
}
