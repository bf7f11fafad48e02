import Foundation
import TenantRegistry

/// What production is given as configuration, made up once and kept in files.
struct DevelopmentSecrets: Sendable {
  let masterKeys: MasterKeys
  let ownerPassword: String
  let readerPassword: String
  let adminToken: String

  init(folder: String, adminTokenFile: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    masterKeys = MasterKeys(
      shared: try MasterKey(
        parsing: Self.secret("\(folder)/master-key") { MasterKey.random().text }),
      dedicated: try MasterKey(
        parsing: Self.secret("\(folder)/dedicated-master-key") { MasterKey.random().text }))
    ownerPassword = try Self.secret("\(folder)/owner-password", Self.random)
    readerPassword = try Self.secret("\(folder)/reader-password", Self.random)
    adminToken = try Self.secret(adminTokenFile, Self.random)
  }

  private static func random() -> String {
    Secret.random().bytes.map { String(format: "%02x", $0) }.joined()
  }

  /// The secret in the file, which is written with a new one if it does not exist.
  private static func secret(_ path: String, _ make: () -> String) throws -> String {
    if let text = try? String(contentsOfFile: path, encoding: .utf8), !text.isEmpty {
      return text.trimmingCharacters(in: .newlines)
    }
    let secret = make()
    let draft = path + ".new"
    guard
      FileManager.default.createFile(
        atPath: draft, contents: Data((secret + "\n").utf8), attributes: [.posixPermissions: 0o600]),
      rename(draft, path) == 0
    else { throw CommandFailure("cannot write \(path): \(String(cString: strerror(errno)))") }
    return secret
  }
}
