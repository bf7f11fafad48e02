import Foundation

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
