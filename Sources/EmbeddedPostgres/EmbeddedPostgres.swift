import Foundation
import Logging
import Synchronization

/// A PostgreSQL server that belongs to this process.
///
/// It listens on a Unix socket, in a folder that no other account can enter, and nowhere else unless
/// its settings have `listen_addresses`. The superuser needs no password on the socket; every other
/// login does. When this process dies, even by `kill -9`, the kernel tells the server to stop; if it
/// is still there at the next start, it is stopped first.
///
/// As root, the server runs as `postgres`, who must be able to reach the data directory.
public final class EmbeddedPostgres: Sendable {
  static let superuserName = "postgres"
  /// The longest socket path that `sockaddr_un` takes, without its closing zero byte.
  static let maximumSocketPathLength = 107

  /// The folder of the Unix socket: the `host` of a connection.
  public let socketDirectory: String
  /// The number in the socket's name: the `port` of a connection.
  public let port: Int
  /// The superuser, who needs no password. Its database is `postgres`.
  public var superuser: String { Self.superuserName }
  /// The server's major version, such as 15.
  public let majorVersion: Int

  private let directory: DataDirectory
  private let command: [String]
  private let logger: Logger
  private let running = Mutex<(child: ChildProcess, lock: DataDirectoryLock)?>(nil)

  private init(
    directory: DataDirectory, socketDirectory: String, port: Int, command: [String],
    majorVersion: Int, logger: Logger
  ) {
    self.directory = directory
    self.socketDirectory = socketDirectory
    self.port = port
    self.command = command
    self.majorVersion = majorVersion
    self.logger = logger
  }

  /// Makes the data directory unless it exists, starts the server and waits until it takes
  /// connections.
  ///
  /// - Parameters:
  ///   - dataDirectory: an absolute path. Its log and lock lie beside it, as `….log` and `….lock`.
  ///   - socketDirectory: an absolute path; made if it does not exist.
  ///   - settings: server settings that go before those of the data directory.
  ///   - environment: variables that the server has besides this process's.
  /// - Throws: ``EmbeddedPostgresError``.
  public static func start(
    dataDirectory: String, socketDirectory: String, port: Int = 5432,
    settings: [String: String] = [:], environment: [String: String] = [:], logger: Logger
  ) async throws(EmbeddedPostgresError) -> EmbeddedPostgres {
    try checkSocketPath(socketDirectory, port: port)
    let account = try ServerAccount.current()
    let directory = DataDirectory(path: dataDirectory)
    let version = try directory.version()
    let installation = try PostgresInstallation.find(version: version)
    try account.makeFolder(socketDirectory)
    let lock = try DataDirectoryLock(directory)
    if version == nil { try directory.create(with: installation, as: account) }
    await stopOrphans(of: directory, logger: logger)
    let settings = ["listen_addresses": ""].merging(settings) { $1 }.merging([
      "unix_socket_directories": socketDirectory, "unix_socket_permissions": "0700",
      "port": String(port),
    ]) { $1 }
    let arguments =
      (environment.isEmpty ? [] : ["env"] + environment.map { "\($0.key)=\($0.value)" })
      + [installation.postgres, "-D", dataDirectory]
      + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    let server = EmbeddedPostgres(
      directory: directory, socketDirectory: socketDirectory, port: port,
      command: account.command(arguments, deathSignal: "INT"),
      majorVersion: installation.majorVersion, logger: logger)
    try await server.launch(holding: lock)
    return server
  }

  private static func checkSocketPath(_ folder: String, port: Int) throws(EmbeddedPostgresError) {
    guard !canListen(in: folder, port: port) else { return }
    throw EmbeddedPostgresError(
      .socketPathTooLong,
      "the path \(folder) is too long for a Unix socket: choose a shorter folder")
  }

  /// Whether the kernel takes the path that the server's socket would have in `folder`.
  public static func canListen(in folder: String, port: Int = 5432) -> Bool {
    "\(folder)/.s.PGSQL.\(port)".utf8.count <= maximumSocketPathLength
  }

  /// How a server is told to stop.
  public enum StopMode: Sendable {
    /// Ends sessions and writes everything out.
    case fast
    /// Drops everything; the next start replays the log.
    case immediate
  }

  /// Stops the server, paused or not, and waits until it is gone. Does nothing if it is.
  public func stop(_ mode: StopMode = .fast) async {
    guard let child = running.withLock({ $0?.child }) else { return }
    resume()
    child.send(mode == .fast ? SIGINT : SIGQUIT)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for signal in [SIGQUIT, SIGKILL] {
          do { try await Task.sleep(for: .seconds(10)) } catch { return }
          child.send(signal)
        }
      }
      await child.end()
      group.cancelAll()
    }
    running.withLock { $0 = nil }
  }

  /// Stops the server if it runs, and starts it with the same settings.
  public func restart(_ mode: StopMode = .fast) async throws(EmbeddedPostgresError) {
    await stop(mode)
    try await launch(holding: DataDirectoryLock(directory))
  }

  /// Waits until the server has ended without being told to by this process.
  ///
  /// - Returns: what it said last, and where its log lies.
  /// - Throws: `CancellationError`.
  public func unexpectedEnd() async throws -> String {
    while running.withLock({ $0?.child.hasEnded }) != true {
      try await Task.sleep(for: .milliseconds(100))
    }
    return "\(directory.lastMessage() ?? "it said nothing") (\(directory.log))"
  }

  /// Kills the server as a crash would (`kill -9`), and waits until none of its processes is left.
  public func crash() async {
    resume()
    running.withLock { $0?.child }?.send(SIGKILL)
    await Self.stopOrphans(of: directory, logger: logger)
    running.withLock { $0 = nil }
  }

  /// Freezes every process of the server: connections stay open and answer nothing.
  public func pause() {
    for pid in ProcessTable.processes(in: directory.path) { kill(pid, SIGSTOP) }
  }

  /// Lets a paused server go on.
  public func resume() {
    for pid in ProcessTable.processes(in: directory.path) { kill(pid, SIGCONT) }
  }

  private func launch(holding lock: DataDirectoryLock) async throws(EmbeddedPostgresError) {
    try? FileManager.default.removeItem(atPath: directory.log)
    let child = try await ChildProcess.start(command, log: directory.log)
    running.withLock { $0 = (child, lock) }
    let deadline = ContinuousClock.now + .seconds(60)
    while !directory.isReady(pid: child.pid) {
      guard !child.hasEnded else {
        throw EmbeddedPostgresError(
          .failed,
          "Postgres did not start: \(directory.lastMessage() ?? "see the log") "
            + "(\(directory.log))")
      }
      do { try await Task.sleep(for: .milliseconds(5)) } catch {
        await stop(.immediate)
        throw EmbeddedPostgresError(.failed, "the start of Postgres was cancelled")
      }
      guard ContinuousClock.now < deadline else {
        await stop(.immediate)
        throw EmbeddedPostgresError(
          .failed, "Postgres was not ready within 60 s (\(directory.log))")
      }
    }
  }

  /// Stops what a killed process left running on the data directory.
  private static func stopOrphans(of directory: DataDirectory, logger: Logger) async {
    var orphans = ProcessTable.processes(in: directory.path)
    guard !orphans.isEmpty else { return }
    logger.notice(
      "stopping a server that was left running", metadata: ["data": "\(directory.path)"])
    for round in 0..<1000 where !orphans.isEmpty {
      // An orphan of a paused server would not even see the signal.
      for pid in orphans {
        kill(pid, SIGCONT)
        if round % 100 == 0 { kill(pid, round < 500 ? SIGINT : SIGKILL) }
      }
      try? await Task.sleep(for: .milliseconds(10))
      orphans = ProcessTable.processes(in: directory.path)
    }
  }
}

/// Why the embedded server could not be started, in one line that a person can act on.
public struct EmbeddedPostgresError: Error, Sendable, CustomStringConvertible {
  public enum Code: Sendable {
    /// No PostgreSQL is installed where it is looked for.
    case notInstalled
    /// Postgres refuses to run as root, and there is no other account to run it as.
    case noAccount
    /// The path of the Unix socket is longer than the kernel takes.
    case socketPathTooLong
    /// Another process keeps a server on the data directory.
    case inUse
    /// The folder is not a data directory that the installed server can open.
    case brokenDataDirectory
    /// A program could not be started, or failed.
    case failed
  }

  public let code: Code
  public let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
