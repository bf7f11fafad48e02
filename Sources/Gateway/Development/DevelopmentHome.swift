import Crypto
import EmbeddedPostgres
import Foundation
import Tenancy

/// The folder of `terrace dev`: data, secrets and the admin token.
///
/// Postgres does not run as root, and what root's home holds no other account can reach: as root
/// the data lies in `/var/lib/terrace/<hash of the folder's path>`, and the folder links to it. A
/// folder that was moved takes its link along, so a new one in its place gets another name.
struct DevelopmentHome: Sendable {
  /// An absolute path.
  let path: String
  /// The folder of the database's files.
  private let database: String
  let socketDirectory: String

  var dataDirectory: String { database + "/data" }
  var adminTokenFile: String { path + "/admin-token" }
  private var secretsFolder: String { path + "/secrets" }
  private var demoMark: String { path + "/demo-recorded" }

  /// The folder that `TERRACE_HOME` names, or `.terrace`.
  static func name(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    environment["TERRACE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? ".terrace"
  }

  /// That folder, made if it does not exist.
  static func open(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> DevelopmentHome {
    let path = URL(fileURLWithPath: name(environment: environment)).standardizedFileURL.path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      return try DevelopmentHome(path: path)
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure("cannot use \(path): \(error.systemReason)")
    }
  }

  private init(path: String) throws {
    self.path = path
    let hash = SHA256.hash(data: Data(path.utf8)).prefix(8).hex
    let link = path + "/postgres"
    if geteuid() == 0 {
      database = try Self.follow(link, orMake: "/var/lib/terrace/\(hash)")
      // So that whoever finds the data knows whose it is.
      try path.write(toFile: database + "/home", atomically: false, encoding: .utf8)
      socketDirectory = database + "/socket"
    } else {
      database = link
      socketDirectory = try Self.socketDirectory(in: link, hash: hash)
    }
    try FileManager.default.createDirectory(
      atPath: database, withIntermediateDirectories: true)
  }

  /// Where `link` leads to; if it does not yet, it will lead to `target`, or if something is there,
  /// to `target-2` and so on: a new folder.
  private static func follow(_ link: String, orMake target: String) throws -> String {
    let files = FileManager.default
    if let old = try? files.destinationOfSymbolicLink(atPath: link) {
      if files.fileExists(atPath: old) { return old }
      try files.removeItem(atPath: link)
    }
    var target = target
    var number = 1
    let name = target
    while files.fileExists(atPath: target) {
      number += 1
      target = "\(name)-\(number)"
    }
    try files.createDirectory(atPath: target, withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: link, withDestinationPath: target)
    return target
  }

  /// Beside the data, or where a path is short enough for a socket and nobody else can write.
  private static func socketDirectory(in folder: String, hash: String) throws -> String {
    let beside = folder + "/socket"
    if EmbeddedPostgres.canListen(in: beside) { return beside }
    let short = "/tmp/terrace-\(geteuid())-\(hash)"
    mkdir(short, 0o700)
    var status = stat()
    guard lstat(short, &status) == 0, status.st_uid == geteuid(),
      status.st_mode & S_IFMT == S_IFDIR,
      status.st_mode & 0o077 == 0
    else { throw CommandFailure("\(short) is not a folder of yours alone: remove it") }
    return short
  }

  // MARK: Demo data

  /// Whether the demo session has been recorded: it is not again, whatever becomes of it.
  var hasDemo: Bool { FileManager.default.fileExists(atPath: demoMark) }

  func markDemoRecorded() throws {
    try Data().write(to: URL(fileURLWithPath: demoMark))
  }

  // MARK: Secrets

  /// The secrets of this folder, made at the first start, before there is data: it begins to depend
  /// on them.
  func secrets() throws(CommandFailure) -> DevelopmentSecrets {
    try DevelopmentSecrets(
      folder: secretsFolder, adminTokenFile: adminTokenFile, data: hasData ? dataDirectory : nil)
  }

  private var hasData: Bool {
    let files = FileManager.default
    let entries = try? files.contentsOfDirectory(atPath: dataDirectory)
    return entries.map { !$0.isEmpty } ?? files.fileExists(atPath: dataDirectory)
  }
}
