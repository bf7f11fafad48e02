import CLibPQ
import Foundation
import TenantRegistry
import Testing

@testable import EmbeddedPostgres

/// libpq's own variables in the environment of `terrace`, none of which counts.
@Suite(.serialized) struct ForeignEnvironmentTests {
  /// Every variable that libpq knows of, or a later one does, with a value that would lead a
  /// connection astray.
  private static let variables: [String: String] = {
    var variables = [
      "PGTZ": "Asia/Kathmandu", "PGDATESTYLE": "German", "PGGEQO": "perhaps",
      "PGSERVICE": "elsewhere", "PGSERVICEFILE": "/nowhere/services", "PGSYSCONFDIR": "/nowhere",
      "PGLOCALEDIR": "/nowhere", "PGDATA": "/nowhere", "PGHOSTADDR": "192.0.2.1",
      "PGREQUIREAUTH": "none", "PGSSLCERTMODE": "require", "PGSSLNEGOTIATION": "direct",
      "PGLOADBALANCEHOSTS": "perhaps", "PGMINPROTOCOLVERSION": "9.9", "PGMAXPROTOCOLVERSION": "1.0",
      "PGGSSDELEGATION": "perhaps", "PGSSLKEYLOGFILE": "/nowhere/keys", "PGOPTIONS": "-c nothing=1",
      "PGTARGETSESSIONATTRS": "standby", "PGREQUIREPEER": "nobody", "PGCHANNELBINDING": "require",
      "PGCLIENTENCODING": "LATIN1", "PGSSLMODE": "verify-full", "PGCONNECT_TIMEOUT": "perhaps",
      "PGGSSENCMODE": "require", "PGSSLMINPROTOCOLVERSION": "TLSv9",
    ]
    guard let defaults = PQconndefaults() else { return variables }
    defer { PQconninfoFree(defaults) }
    var option = defaults
    while option.pointee.keyword != nil {
      if let name = option.pointee.envvar.map({ String(cString: $0) }), variables[name] == nil {
        variables[name] = "/nowhere/else"
      }
      option += 1
    }
    return variables
  }()

  private func prepared(_ postgres: EmbeddedPostgres) throws -> [String: String] {
    let settings = [
      "TERRACE_DATABASE_HOST": postgres.socketDirectory, "TERRACE_OWNER_PASSWORD": "owner",
      "TERRACE_READER_PASSWORD": "reader",
    ]
    for command in ["bootstrap", "migrate"] {
      let result = try TerraceCommand.run([command], settings)
      #expect(result.exitCode == 0, "\(result.output)")
    }
    return settings
  }

  @Test func noVariableOfLibpqsChangesAConnection() async throws {
    #expect(Self.variables.count > 30)
    try await withTemporaryPostgres { postgres in
      let settings = try prepared(postgres)
      for variable in Self.variables {
        let doctor = try TerraceCommand.run(
          ["doctor"], settings.merging([variable.key: variable.value]) { $1 })
        #expect(doctor.exitCode == 0, "\(variable): \(doctor.output)")
      }
      for command in ["bootstrap", "migrate", "doctor"] {
        let all = try TerraceCommand.run([command], settings.merging(Self.variables) { $1 })
        #expect(all.exitCode == 0, "\(command): \(all.output)")
      }
    }
  }

  /// The libpq of the PostgreSQL that the tests run on, where it brings one.
  @Test(.enabled(if: newerLibpq != nil, "no other libpq is installed"))
  func noVariableOfANewerLibpqsDoes() async throws {
    try await withTemporaryPostgres { postgres in
      let settings = try prepared(postgres).merging([
        "LD_LIBRARY_PATH": Self.newerLibpq ?? "",
        // It may be built without TLS.
        "TERRACE_DATABASE_SSLMODE": "disable",
      ]) { $1 }
      let doctor = try TerraceCommand.run(["doctor"], settings.merging(Self.variables) { $1 })
      #expect(doctor.exitCode == 0, "\(doctor.output)")
    }
  }

  private static let newerLibpq: String? = {
    guard let binaries = ProcessInfo.processInfo.environment["TERRACE_POSTGRES_BIN"] else {
      return nil
    }
    let folder = URL(fileURLWithPath: binaries + "/../lib").standardized.path
    return FileManager.default.fileExists(atPath: folder + "/libpq.so.5") ? folder : nil
  }()

  @Test func filesInTheHomeFolderDoNotCountEither() async throws {
    let home = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: home + "/.postgresql", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: home) }
    for file in ["root.crt", "postgresql.crt", "postgresql.key", "root.crl"] {
      try "nothing".write(toFile: home + "/.postgresql/" + file, atomically: false, encoding: .utf8)
    }
    for (file, text) in [(".pgpass", "*:*:*:*:wrong\n"), (".pg_service.conf", "[s]\nport=1\n")] {
      try text.write(toFile: home + "/" + file, atomically: false, encoding: .utf8)
    }
    try await withTemporaryPostgres { postgres in
      let settings = try prepared(postgres).merging(["HOME": home, "PGSERVICE": "s"]) { $1 }
      let doctor = try TerraceCommand.run(["doctor"], settings)
      #expect(doctor.exitCode == 0, "\(doctor.output)")
    }
  }

  @Test func terraceDevWorksWithAllOfThemSet() async throws {
    try await DevelopmentFolder.with { folder in
      var folder = folder
      folder.environment = Self.variables
      try await folder.serving { _ in
        let created = try folder.terrace("tenant", "create", "initech", "--display-name", "Initech")
        #expect(created.exitCode == 0, "\(created.output)")
        let list = try folder.terrace("tenant", "list")
        #expect(list.output.contains("initech"), "\(list.output)")
      }
    }
  }
}
