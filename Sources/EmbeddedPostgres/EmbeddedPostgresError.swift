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
