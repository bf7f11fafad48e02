import Foundation
import Testing

@testable import Gateway

@Suite struct DevelopmentHomeTests {
  private func withHome<R>(_ body: (String) throws -> R) throws -> R {
    let path = FileManager.default.temporaryDirectory.path + "/home-\(UUID().uuidString.prefix(8))"
    defer { for folder in [path, path + "-moved"] { remove(folder) } }
    return try body(path)
  }

  /// Removes a home and the data that it links to.
  private func remove(_ path: String) {
    let link = path + "/postgres"
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link) {
      try? FileManager.default.removeItem(atPath: target)
    }
    try? FileManager.default.removeItem(atPath: path)
  }

  private func open(_ path: String) throws -> DevelopmentHome {
    try DevelopmentHome.open(environment: ["TERRACE_HOME": path])
  }

  @Test func onlyItsOwnerCanEnterItOrReadItsSecrets() throws {
    try withHome { path in
      let home = try open(path)
      _ = try home.secrets()
      let files = FileManager.default
      let mode = { try files.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
      #expect(try mode(path) == 0o700)
      #expect(try mode(home.adminTokenFile) == 0o600)
      let secrets = try files.contentsOfDirectory(atPath: path + "/secrets")
      #expect(secrets.count == 4)
      for name in secrets { #expect(try mode("\(path)/secrets/\(name)") == 0o600) }
    }
  }

  @Test func secretsAreMadeOnce() throws {
    try withHome { path in
      let first = try open(path).secrets()
      let second = try open(path).secrets()
      #expect(first.adminToken == second.adminToken)
      #expect(first.ownerPassword == second.ownerPassword)
      #expect(first.masterKeys.shared.text == second.masterKeys.shared.text)
      #expect(first.adminToken.count >= 32)
      #expect(first.ownerPassword != first.readerPassword)
    }
  }

  private static let secretFiles = [
    "secrets/master-key", "secrets/dedicated-master-key", "secrets/owner-password",
    "secrets/reader-password", "admin-token",
  ]

  private func message(_ home: DevelopmentHome) -> String? {
    #expect(throws: CommandFailure.self) { try home.secrets() }?.description
  }

  @Test(arguments: secretFiles)
  func aSecretThatCannotBeReadIsNamedAndNeverReplaced(name: String) throws {
    try withHome { path in
      let home = try open(path)
      _ = try home.secrets()
      let file = "\(path)/\(name)"
      for (content, fault) in [
        (Data(), "is empty"), (Data([0x0a]), "is empty"), (Data([0xff]), "is not UTF-8 text"),
      ] {
        try content.write(to: URL(fileURLWithPath: file))
        #expect(message(home) == "\(file) \(fault)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
      }
      // Even root cannot read what leads to itself.
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file)
      #expect(message(home) == "cannot read \(file): Too many levels of symbolic links")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file) == file)
    }
  }

  @Test(arguments: ["master-key", "dedicated-master-key"])
  func aMasterKeyIsNotMadeAgainOnceThereIsData(name: String) throws {
    try withHome { path in
      let home = try open(path)
      _ = try home.secrets()
      let file = "\(path)/secrets/\(name)"
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.createDirectory(
        atPath: home.dataDirectory, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: home.dataDirectory + "/PG_VERSION"))
      #expect(
        message(home)?.hasPrefix(
          "\(file) is missing, and the data in \(home.dataDirectory) cannot be opened without it")
          == true)
      #expect(!FileManager.default.fileExists(atPath: file))
    }
  }

  @Test func aMalformedSecretIsNamedAndNotRepeated() throws {
    try withHome { path in
      let home = try open(path)
      _ = try home.secrets()
      for (name, content, fault) in [
        (
          "admin-token", "open\nsesame",
          "holds no admin token: it must be visible ASCII throughout"
        ),
        ("secrets/master-key", "sesame", "is malformed: must be <version>:<base64 of 32 bytes>"),
      ] {
        let file = "\(path)/\(name)"
        try content.write(toFile: file, atomically: false, encoding: .utf8)
        #expect(message(home) == "\(file) \(fault)")
      }
    }
  }

  @Test func aFolderThatIsMovedKeepsItsData() throws {
    try withHome { path in
      let before = try open(path)
      try FileManager.default.createDirectory(
        atPath: before.dataDirectory, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: before.dataDirectory + "/kept"))
      try FileManager.default.moveItem(atPath: path, toPath: path + "-moved")
      let after = try open(path + "-moved")
      #expect(FileManager.default.fileExists(atPath: after.dataDirectory + "/kept"))
    }
  }

  @Test func aNewFolderInTheOldPlaceLeavesTheMovedOneItsData() throws {
    try withHome { path in
      let before = try open(path)
      try FileManager.default.createDirectory(
        atPath: before.dataDirectory, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: before.dataDirectory + "/kept"))
      try FileManager.default.moveItem(atPath: path, toPath: path + "-moved")
      let new = try open(path)
      #expect(!FileManager.default.fileExists(atPath: new.dataDirectory + "/kept"))
      let moved = try open(path + "-moved")
      #expect(FileManager.default.fileExists(atPath: moved.dataDirectory + "/kept"))
    }
  }

  @Test func aFolderThatIsRemovedBeginsAnew() throws {
    try withHome { path in
      let before = try open(path)
      try FileManager.default.createDirectory(
        atPath: before.dataDirectory, withIntermediateDirectories: true)
      try before.markDemoRecorded()
      remove(path)
      let after = try open(path)
      #expect(!after.hasDemo)
      #expect(!FileManager.default.fileExists(atPath: after.dataDirectory))
    }
  }

  @Test func aLongPathStillHasASocketThatTheKernelTakes() throws {
    try withHome { path in
      let home = try open(path + String(repeating: "/long", count: 20))
      defer {
        remove(home.path)
        try? FileManager.default.removeItem(atPath: home.socketDirectory)
      }
      #expect("\(home.socketDirectory)/.s.PGSQL.5432".utf8.count <= 107)
    }
  }
}
