import Foundation

/// Where the programs of one PostgreSQL version lie.
struct PostgresInstallation: Sendable {
  /// The environment variable that names the folder of `postgres` and `initdb`.
  static let environmentKey = "TERRACE_POSTGRES_BIN"

  let binaries: String
  let majorVersion: Int

  var postgres: String { binaries + "/postgres" }
  var initdb: String { binaries + "/initdb" }

  /// The installation to run a data directory of `version` with, or a new one if that is nil.
  ///
  /// `TERRACE_POSTGRES_BIN` decides alone if it is set. Otherwise Debian's folders are looked
  /// through, the newest first, then `PATH`.
  static func find(version: Int?) throws(EmbeddedPostgresError) -> PostgresInstallation {
    if let folder = ProcessInfo.processInfo.environment[environmentKey], !folder.isEmpty {
      guard let installation = PostgresInstallation(folder: folder) else {
        throw EmbeddedPostgresError(
          .notInstalled, "\(environmentKey)=\(folder) has no working initdb and postgres")
      }
      return try installation.checked(against: version)
    }
    let found = (debianFolders() + searchPath()).lazy.compactMap(PostgresInstallation.init(folder:))
    if let version, let match = found.first(where: { $0.majorVersion == version }) { return match }
    guard let newest = found.first else {
      throw EmbeddedPostgresError(
        .notInstalled,
        "PostgreSQL is not installed: install it (on Debian and Ubuntu: apt-get install "
          + "postgresql) or set \(environmentKey) to the folder that holds initdb and postgres")
    }
    return try newest.checked(against: version)
  }

  private func checked(against version: Int?) throws(EmbeddedPostgresError) -> Self {
    guard let version, version != majorVersion else { return self }
    throw EmbeddedPostgresError(
      .brokenDataDirectory,
      "the data directory was made by PostgreSQL \(version), but PostgreSQL \(majorVersion) is "
        + "installed: install \(version) or set \(Self.environmentKey)")
  }

  private init?(folder: String) {
    binaries =
      URL(fileURLWithPath: folder + "/postgres").resolvingSymlinksInPath()
      .deletingLastPathComponent().path
    let files = FileManager.default
    guard files.isExecutableFile(atPath: binaries + "/postgres"),
      files.isExecutableFile(atPath: binaries + "/initdb"),
      let output = try? ChildProcess.run([binaries + "/postgres", "--version"]).output,
      let number = output.split(separator: " ").lazy.compactMap({ Int($0.prefix { $0.isNumber }) })
        .first
    else { return nil }
    majorVersion = number
  }

  private static func debianFolders() -> [String] {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
  }

  private static func searchPath() -> [String] {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
  }
}
