import CSpawn
import Foundation

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
