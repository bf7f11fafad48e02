import Foundation

/// A folder that `initdb` made or will make, with its lock and its log beside it.
struct DataDirectory: Sendable {
  let path: String

  var log: String { path + ".log" }

  /// The major version that made it; nil if it is yet to be made.
  func version() throws(EmbeddedPostgresError) -> Int? {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    if entries.isEmpty, !FileManager.default.fileExists(atPath: path) || isEmptyFolder {
      return nil
    }
    guard let text = try? String(contentsOfFile: path + "/PG_VERSION", encoding: .utf8),
      let version = Int(text.prefix { $0.isNumber }),
      entries.contains("global"), entries.contains("base")
    else {
      throw EmbeddedPostgresError(
        .brokenDataDirectory,
        "\(path) is not a complete Postgres data directory: move it away, or restore it")
    }
    return version
  }

  private var isEmptyFolder: Bool {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty ?? false
  }

  /// Runs `initdb`. What it makes appears at `path` whole or not at all.
  func create(
    with installation: PostgresInstallation, as account: ServerAccount, extra: [String] = []
  ) throws(EmbeddedPostgresError) {
    let draft = path + ".new"
    try? FileManager.default.removeItem(atPath: draft)
    try account.makeFolder(draft)
    let arguments =
      [
        installation.initdb, "--pgdata", draft, "--username", EmbeddedPostgres.superuserName,
        "--encoding", "UTF8", "--locale", "C.UTF-8", "--auth", "trust",
      ] + extra
    let (status, output) = try ChildProcess.run(account.command(arguments, deathSignal: "KILL"))
    guard status == 0 else {
      throw EmbeddedPostgresError(
        .failed, "initdb failed: \(Self.message(in: output) ?? "it printed nothing")")
    }
    // Who can open the socket is the superuser; every other login shows its password, as it has to
    // in production.
    let rules = "local all \(EmbeddedPostgres.superuserName) trust\nlocal all all scram-sha-256\n"
    do {
      try rules.write(toFile: draft + "/pg_hba.conf", atomically: false, encoding: .utf8)
      if isEmptyFolder { try FileManager.default.removeItem(atPath: path) }
      try FileManager.default.moveItem(atPath: draft, toPath: path)
    } catch {
      throw EmbeddedPostgresError(.failed, "cannot make \(path): \(error.localizedDescription)")
    }
  }

  /// Whether the server with the process id `pid` says that it takes connections.
  func isReady(pid: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: path + "/postmaster.pid", encoding: .utf8) else {
      return false
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.count > 7 && lines[0] == String(pid)
      && lines[7].trimmingCharacters(in: .whitespaces) == "ready"
  }

  /// The last thing that the log calls fatal.
  func lastMessage() -> String? {
    (try? String(contentsOfFile: log, encoding: .utf8)).flatMap(Self.message(in:))
  }

  private static func message(in output: String) -> String? {
    let lines = output.split(separator: "\n")
    for mark in ["FATAL:", "PANIC:", "error:"] {
      guard let line = lines.last(where: { $0.contains(mark) }),
        let range = line.range(of: mark)
      else { continue }
      return line[range.upperBound...].trimmingCharacters(in: .whitespaces)
    }
    return lines.last.map(String.init)
  }
}

/// Keeps two processes from running the same server, until it is released or this process ends.
final class DataDirectoryLock: Sendable {
  private let descriptor: Int32

  init(_ directory: DataDirectory) throws(EmbeddedPostgresError) {
    let path = directory.path + ".lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw EmbeddedPostgresError(
        .failed, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      // `deinit` runs when a complete instance throws, and closes the descriptor.
      throw EmbeddedPostgresError(.inUse, "another process runs the server on \(directory.path)")
    }
  }

  deinit {
    // A child that another thread is starting just now holds the descriptor until its exec:
    // closing ours alone would leave the lock to it.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
