import EmbeddedPostgres
import Foundation
import HTTPServer
import HTTPSupport
import Logging
import PostgresClient
import TestSupport

/// A server that takes connections with TLS only, besides those on its socket. Its certificate is
/// for `localhost`.
struct SecureServer {
  let port: Int
  /// The path of the certificate of who issued the server's.
  let authority: String

  /// Whether the server that the tests run on has TLS: Debian's has, and others say so.
  static var isBuiltWithTLS: Bool {
    guard let folder = ProcessInfo.processInfo.environment["TERRACE_POSTGRES_BIN"] else {
      return true
    }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: folder + "/pg_config")
    process.arguments = ["--configure"]
    process.standardOutput = output
    guard (try? process.run()) != nil else { return true }
    let options = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return options.contains("ssl")
  }

  /// Runs a server for as long as `body` lasts.
  static func run(_ body: @Sendable (SecureServer) async throws -> Void) async throws {
    try await TestAuthority.run { authority in
      let port = try Loopback.freePort()
      try await withTemporaryPostgres(port: port, settings: ["listen_addresses": "127.0.0.1"]) {
        server in
        try await secure(server, authority.issue("server", names: ["localhost"]))
        try await body(SecureServer(port: port, authority: authority.authorityFile()))
      }
    }
  }

  /// Connects with this `sslmode` and asks what protects the connection.
  ///
  /// - Returns: whether it is TLS.
  /// - Throws: ``PostgresError``.
  func isEncrypted(
    host: String = "localhost", _ mode: String, authority: String? = nil
  ) async throws -> Bool {
    let login = PostgresLogin(
      host: host, port: port, database: "postgres", user: "visitor", password: "secret",
      sslMode: mode, sslRootCertificate: authority)
    return try await Self.query(
      login, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
    )[0].decode(0)
  }

  /// Turns TLS on. The server writes its key itself, so that it belongs to its account.
  private static func secure(_ server: EmbeddedPostgres, _ files: TLSFiles) async throws {
    let superuser = PostgresLogin(
      host: server.socketDirectory, port: server.port, database: "postgres",
      user: server.superuser)
    let writes = try [
      (String(contentsOfFile: files.certificate, encoding: .utf8), "server.crt"),
      (String(contentsOfFile: files.key, encoding: .utf8), "server.key"),
      ("local all all trust\nhostssl all visitor 127.0.0.1/32 scram-sha-256\n", "pg_hba.conf"),
    ].map { text, file in
      """
      copy (select unnest(string_to_array('\(text)', e'\\n')))
      to program 'umask 077; cat > \(file)'
      """
    }
    for statement in ["create role visitor login password 'secret'"] + writes + [
      "alter system set ssl to on", "select pg_reload_conf()",
    ] {
      _ = try await query(superuser, .init(unsafeSQL: statement))
    }
    // The server reads its settings again when its main process comes to it.
    try await eventually("it speaks TLS") {
      try await query(superuser, "show ssl")[0].decode(0, as: String.self) == "on"
    }
  }

  private static func query(
    _ login: PostgresLogin, _ query: PostgresQuery
  ) async throws -> PostgresRows {
    let client = PostgresClient(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      return try await client.database(login).query(query)
    }
  }
}
