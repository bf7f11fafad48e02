import Foundation
import PostgresClient
import TestSupport

@testable import EmbeddedPostgres

/// A PgBouncer before a server, on a socket in the server's folder.
struct PgBouncer {
  static var isInstalled: Bool { path != nil }

  private static let path = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  private static let port = 6432

  /// Runs `body` with `login` led through a PgBouncer, and ends that.
  static func run(
    before fixture: TwoScopes, mode: String, ignoresOptions: Bool = true,
    settings: [String: String] = [:], _ body: (PostgresLogin) async throws -> Void
  ) async throws {
    let folder = fixture.server.socketDirectory + "/pgbouncer"
    // It does not run as root, as the server does not.
    let account = try ServerAccount.current()
    try account.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var lines = [
      "unix_socket_dir": folder, "listen_port": String(port), "pool_mode": mode,
      "auth_type": "plain", "auth_file": folder + "/users",
    ].merging(settings) { $1 }
    if ignoresOptions { lines["ignore_startup_parameters"] = "options" }
    let ini =
      "[databases]\n* = host=\(fixture.server.socketDirectory) port=\(fixture.server.port)\n"
      + "[pgbouncer]\n" + lines.map { "\($0.key) = \($0.value)\n" }.joined()
    try ini.write(toFile: folder + "/ini", atomically: false, encoding: .utf8)
    try "\"cell\" \"cell\"\n".write(toFile: folder + "/users", atomically: false, encoding: .utf8)
    let child = try await ChildProcess.start(
      account.command([path ?? "pgbouncer", folder + "/ini"], deathSignal: "KILL"),
      log: folder + "/log")
    try await eventually("pgbouncer is up") {
      let log = try? String(contentsOfFile: folder + "/log", encoding: .utf8)
      return child.hasEnded || log?.contains("process up") == true
    }
    var login = fixture.cell
    login.host = folder
    login.port = port
    let result = await Result { try await body(login) }
    child.send(SIGKILL)
    await child.end()
    try result.get()
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
