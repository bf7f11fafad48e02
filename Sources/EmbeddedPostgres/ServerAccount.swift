import Foundation

/// The account that the server runs as: the user's own, or `postgres` for root, as which Postgres
/// refuses to run.
struct ServerAccount: Sendable {
  /// The other account, if the current user is root.
  private let other: (name: String, user: uid_t, group: gid_t)?

  static func current() throws(EmbeddedPostgresError) -> ServerAccount {
    guard geteuid() == 0 else { return ServerAccount(other: nil) }
    for name in ["postgres", "nobody"] {
      guard let entry = getpwnam(name)?.pointee else { continue }
      return ServerAccount(other: (name, entry.pw_uid, entry.pw_gid))
    }
    throw EmbeddedPostgresError(
      .noAccount, "Postgres does not run as root, and there is no account named postgres")
  }

  /// `arguments`, run as this account, and sent `deathSignal` when the thread that starts it ends.
  func command(_ arguments: [String], deathSignal: String) -> [String] {
    var command = ["setpriv", "--pdeathsig", deathSignal]
    if let other {
      command += ["--reuid", other.name, "--regid", String(other.group), "--init-groups"]
    }
    return command + ["--"] + arguments
  }

  /// Makes the folder, for this account alone, unless it exists.
  func makeFolder(_ path: String) throws(EmbeddedPostgresError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw EmbeddedPostgresError(.failed, "cannot make the folder \(path): \(Self.reason(error))")
    }
    try own(path)
  }

  /// Gives the file or folder to this account.
  func own(_ path: String) throws(EmbeddedPostgresError) {
    guard let other, chown(path, other.user, other.group) != 0 else { return }
    throw EmbeddedPostgresError(
      .failed, "cannot give \(path) to \(other.name): \(String(cString: strerror(errno)))")
  }

  private static func reason(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return (underlying ?? error as NSError).localizedDescription
  }
}
