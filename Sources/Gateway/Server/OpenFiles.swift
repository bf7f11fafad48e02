import Glibc
import Logging

/// How many files a process may have open at once. Each connection is one.
struct OpenFiles: Sendable {
  /// What the process is limited to.
  let limit: Int

  /// Raises the limit as far as the process may by itself: to the hard limit. Most are started with
  /// a soft one of 1024, for the sake of programs that cannot handle more.
  static func raiseLimit() -> OpenFiles {
    // The kind is an enumeration in C, which these calls take as an integer.
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limits = rlimit()
    // Neither fails for a limit that there is, and within the hard one.
    guard getrlimit(kind, &limits) == 0 else { return OpenFiles(limit: .max) }
    var raised = limits
    raised.rlim_cur = limits.rlim_max
    let isRaised = setrlimit(kind, &raised) == 0
    return OpenFiles(limit: Int(clamping: isRaised ? raised.rlim_cur : limits.rlim_cur))
  }

  /// How many connections a listener may have: a quarter of the files is left to everything else. A
  /// listener that ran out of files could not even accept a connection to make room for it.
  func connections(atMost maximum: Int) -> Int {
    min(maximum, max(1, limit - limit / 4))
  }

  /// Warns if they are too few for the connections that a listener may have.
  func check(maximumConnections: Int, _ logger: Logger) {
    guard connections(atMost: maximumConnections) < maximumConnections else { return }
    logger.warning(
      "the process may open fewer files than it may have connections: raise its limit (ulimit -n)",
      metadata: ["files": "\(limit)", "connections": "\(maximumConnections)"])
  }
}
