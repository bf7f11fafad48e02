import Foundation

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
