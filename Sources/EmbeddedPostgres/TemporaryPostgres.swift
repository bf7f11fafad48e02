import Foundation
import Logging
import Synchronization

/// Runs `body` with a new, empty server, and removes it afterwards, whatever happens.
///
/// Made for tests: nothing is flushed to disk, so it starts in a fraction of a second and loses
/// everything in a crash of the machine (a crash of the server it survives).
///
/// - Parameters:
///   - port: what the server's settings may have it listen on besides its socket.
///   - environment: variables that the server has besides this process's.
///   - settings: server settings, such as `["max_connections": "20"]`.
public func withTemporaryPostgres<R>(
  port: Int = 5432, settings: [String: String] = [:], environment: [String: String] = [:],
  _ body: (EmbeddedPostgres) async throws -> R
) async throws -> R {
  let root = try TemporaryRoot.shared.get()
  let folder = try root.makeServerFolder()
  defer { root.remove(folder) }
  // Shared memory in the data directory, so that a killed server leaves none behind.
  let defaults = [
    "fsync": "off", "full_page_writes": "off",
    "autovacuum": "off", "shared_buffers": "16MB", "dynamic_shared_memory_type": "mmap",
  ]
  let server = try await EmbeddedPostgres.start(
    dataDirectory: folder + "/data", socketDirectory: folder, port: port,
    settings: defaults.merging(settings) { $1 }, environment: environment,
    logger: Logger(label: "postgres"))
  do {
    let result = try await body(server)
    await server.stop(.immediate)
    return result
  } catch {
    await server.stop(.immediate)
    throw error
  }
}

/// The folder that holds all of this process's temporary servers.
///
/// A helper process removes it when this process is gone, however it went.
final class TemporaryRoot: Sendable {
  /// One for the process, made at its first use; the error is kept if it cannot be made.
  static let shared = Result { () throws(EmbeddedPostgresError) in try TemporaryRoot() }

  private struct State {
    var count = 0
    var hasTemplate = false
  }

  private let path: String
  private let account: ServerAccount
  private let state = Mutex(State())

  private init() throws(EmbeddedPostgresError) {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array("\(parent)/terrace-\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw EmbeddedPostgresError(.failed, "cannot make a folder in \(parent)")
    }
    path = String(
      decoding: template.dropLast().map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    chmod(path, 0o711)
    account = try ServerAccount.current()
    try Self.removeWhenProcessEnds(path)
  }

  /// Starts a shell that waits for the end of a pipe whose other end this process holds
  /// open until it is gone.
  private static func removeWhenProcessEnds(_ path: String) throws(EmbeddedPostgresError) {
    let pipe = try makePipe()
    defer { close(pipe.reader) }
    let script = #"read -r _; for _ in 1 2 3 4 5 6 7 8 9; do rm -rf "$0" && exit; sleep 0.2; done"#
    _ = try spawn(["sh", "-c", script, path], input: pipe.reader, output: nil)
  }

  /// A new folder with a data directory in it, copied from one that `initdb` made once.
  ///
  /// Blocks for the half second that the first takes, and the fraction of it that a copy takes.
  func makeServerFolder() throws(EmbeddedPostgresError) -> String {
    let template = path + "/template"
    let number = try state.withLock { state throws(EmbeddedPostgresError) in
      if !state.hasTemplate {
        let installation = try PostgresInstallation.find(version: nil)
        try DataDirectory(path: template).create(
          with: installation, as: account, extra: ["--no-sync", "--wal-segsize", "1"])
        state.hasTemplate = true
      }
      state.count += 1
      return state.count
    }
    let folder = "\(path)/\(number)"
    try account.makeFolder(folder)
    let (status, output) = try ChildProcess.run(["cp", "-a", template, folder + "/data"])
    guard status == 0 else { throw EmbeddedPostgresError(.failed, "cannot copy: \(output)") }
    return folder
  }

  func remove(_ folder: String) {
    try? FileManager.default.removeItem(atPath: folder)
  }
}
