import Foundation
import Tenancy
import TenantRegistry

/// What production is given as configuration, made up once and kept in files.
struct DevelopmentSecrets: Sendable {
  let masterKeys: MasterKeys
  let ownerPassword: String
  let readerPassword: String
  let adminToken: String

  /// - Parameter data: where the database is that was made with these secrets; nil if there is none
  ///   yet.
  /// - Throws: ``CommandFailure``, which names the file. One that is there is never replaced.
  init(folder: String, adminTokenFile: String, data: String?) throws(CommandFailure) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure("cannot make \(folder): \(error.systemReason)")
    }
    masterKeys = MasterKeys(
      shared: try Self.masterKey("\(folder)/master-key", data),
      dedicated: try Self.masterKey("\(folder)/dedicated-master-key", data))
    ownerPassword = try SecretFile(path: "\(folder)/owner-password").read(orMake: Self.random)
    readerPassword = try SecretFile(path: "\(folder)/reader-password").read(orMake: Self.random)
    let tokenFile = SecretFile(path: adminTokenFile)
    adminToken = try tokenFile.checked(token: tokenFile.read(orMake: Self.random))
  }

  private static func random() -> String {
    Secret.random().bytes.hex
  }

  /// Unlike passwords and tokens, a key cannot be made anew once something is sealed under it.
  private static func masterKey(_ path: String, _ data: String?) throws(CommandFailure) -> MasterKey
  {
    let file = SecretFile(path: path)
    if let data, try file.read() == nil {
      throw CommandFailure(
        "\(path) is missing, and the data in \(data) cannot be opened without it: restore it, or "
          + "set TERRACE_HOME to another folder to begin anew")
    }
    let text = try file.read { MasterKey.random().text }
    do throws(MasterKey.Malformed) {
      return try MasterKey(parsing: text)
    } catch {
      throw CommandFailure("\(path) is malformed: \(error)")
    }
  }
}
