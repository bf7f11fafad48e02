import CSpawn
import Foundation
import Synchronization

/// A program that runs beside this process, in a session of its own: a terminal's Ctrl-C and
/// hang-up do not reach it.
final class ChildProcess: Sendable {
  private struct State {
    /// What `waitpid` said, once the program has ended.
    var status: Int32?
    var waiters: [CheckedContinuation<Int32, Never>] = []
  }

  let pid: pid_t
  private let state = Mutex(State())

  private init(pid: pid_t) {
    self.pid = pid
  }

  /// Starts the program; its output is appended to the file `log`.
  ///
  /// It is started on a thread that lives until it ends, since a parent-death signal is sent when
  /// the starting thread, not the process, is gone.
  static func start(_ arguments: [String], log: String) async throws(EmbeddedPostgresError)
    -> ChildProcess
  {
    let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw EmbeddedPostgresError(
        .failed, "cannot write \(log): \(String(cString: strerror(errno)))")
    }
    let result: Result<ChildProcess, EmbeddedPostgresError> = await withCheckedContinuation {
      started in
      Thread.detachNewThread {
        let child: ChildProcess
        do throws(EmbeddedPostgresError) {
          child = ChildProcess(pid: try spawn(arguments, output: descriptor))
        } catch {
          close(descriptor)
          return started.resume(returning: .failure(error))
        }
        close(descriptor)
        started.resume(returning: .success(child))
        child.reap()
      }
    }
    return try result.get()
  }

  /// Runs a program that ends soon, blocking the caller; returns what it printed.
  static func run(_ arguments: [String]) throws(EmbeddedPostgresError) -> (
    status: Int32, output: String
  ) {
    let pipe = try makePipe()
    let reader = FileHandle(fileDescriptor: pipe.reader, closeOnDealloc: true)
    let pid: pid_t
    do {
      defer { close(pipe.writer) }
      pid = try spawn(arguments, output: pipe.writer)
    }
    let output = (try? reader.readToEnd()) ?? Data()
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    return (status, String(decoding: output, as: UTF8.self))
  }

  /// Sends `signal`, unless the program has ended.
  func send(_ signal: Int32) {
    state.withLock { state in
      if state.status == nil { kill(pid, signal) }
    }
  }

  var hasEnded: Bool { state.withLock { $0.status != nil } }

  /// Waits until the program has ended. Cancellation does not cut it short.
  @discardableResult
  func end() async -> Int32 {
    await withCheckedContinuation { waiter in
      let status = state.withLock { state in
        if state.status == nil { state.waiters.append(waiter) }
        return state.status
      }
      if let status { waiter.resume(returning: status) }
    }
  }

  private func reap() {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
    let (status, waiters) = state.withLock { state in
      // The process id is free for others from here on, so it is under the lock that `send` takes.
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      state.status = status
      defer { state.waiters = [] }
      return (status, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: status) }
  }
}

/// Starts the program, found through `PATH`, with `output` as its output and errors; nil stands for
/// `/dev/null`.
///
/// It inherits no other descriptor, no signal setting and none of this process's `PG…` variables.
func spawn(_ arguments: [String], input: Int32? = nil, output: Int32?) throws(EmbeddedPostgresError)
  -> pid_t
{
  let environment = ProcessInfo.processInfo.environment
    .filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("LC_") }
    .merging(["TZ": "UTC", "LC_ALL": "C"]) { $1 }
  let argv = cStrings(arguments)
  let envp = cStrings(environment.map { "\($0.key)=\($0.value)" })
  defer { for string in argv + envp { free(string) } }
  var pid: pid_t = 0
  let failure = spawn_detached(&pid, argv, envp, input ?? -1, output ?? -1)
  guard failure == 0 else {
    throw EmbeddedPostgresError(
      .failed, "cannot start \(arguments[0]): \(String(cString: strerror(failure)))")
  }
  return pid
}

/// The two ends of a pipe, which no child inherits.
func makePipe() throws(EmbeddedPostgresError) -> (reader: Int32, writer: Int32) {
  var ends: [Int32] = [-1, -1]
  let failure = pipe_cloexec(&ends)
  guard failure == 0 else {
    throw EmbeddedPostgresError(
      .failed, "cannot make a pipe: \(String(cString: strerror(failure)))")
  }
  return (ends[0], ends[1])
}

private func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
  strings.map { strdup($0) } + [nil]
}

/// What `/proc` says of the server's processes.
enum ProcessTable {
  /// The processes whose working directory is `folder`, as that of every process of a Postgres
  /// server is its data directory.
  static func processes(in folder: String) -> [pid_t] {
    let target = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    return all().filter { pid in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == target
    }
  }

  private static func all() -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }
  }
}
