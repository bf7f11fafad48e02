import Foundation
import TenantRegistry
import TestSupport
import Testing

@testable import EmbeddedPostgres

/// `terrace dev` and the other commands, as processes.
@Suite(.serialized) struct DevelopmentTests {
  @Test func theFirstMinuteOfTheReadmeWorksWordForWord() async throws {
    let readme = try FirstMinute(
      String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8))
    #expect(readme.steps.count > 8)
    try await DevelopmentFolder.with { folder in
      try await folder.serving { _ in
        let outputs = try readme.run(in: folder)
        for (step, output) in zip(readme.steps, outputs) {
          guard let expected = step.output else { continue }
          #expect(output == expected, "\(step.command)")
        }
        #expect(outputs.count == readme.steps.count)
      }
    }
  }

  @Test func dataOutlivesEveryEndAndNoProcessDoes() async throws {
    try await DevelopmentFolder.with { folder in
      try await folder.serving { child in
        let created = try folder.terrace(
          "tenant", "create", "initech", "--display-name", "Initech", "--output", "json")
        #expect(created.exitCode == 0)
        child.send(SIGTERM)
        #expect(await child.end() == 0)
        #expect(ProcessTable.processes(in: folder.dataDirectory).isEmpty)
      }
      for signal in [SIGINT, SIGHUP, SIGKILL, SIGTERM] {
        try await folder.serving { child in
          let list = try folder.terrace("tenant", "list")
          #expect(list.output.contains("initech"), "before signal \(signal)")
          child.send(signal)
          let status = await child.end()
          guard signal != SIGKILL else { return }
          #expect(status == 0)
          #expect(ProcessTable.processes(in: folder.dataDirectory).isEmpty)
        }
      }
    }
  }

  @Test func itEndsInOneLineWhenItsPostgresDoes() async throws {
    try await DevelopmentFolder.with { folder in
      let line = try await folder.serving { child in
        for pid in ProcessTable.processes(in: folder.dataDirectory) { kill(pid, SIGKILL) }
        #expect(await child.end() >> 8 == 1)
        return folder.output().split(separator: "\n").last { $0.hasPrefix("terrace: ") }
      }
      #expect(line?.hasPrefix("terrace: Postgres has ended while it was in use: ") == true)
    }
  }

  @Test func aSecondOneOnTheSameFolderOrPortIsRefusedInOneLine() async throws {
    try await DevelopmentFolder.with { folder in
      try await folder.serving { _ in
        let samePort = try folder.terrace("dev")
        #expect(samePort.exitCode == 1)
        #expect(
          samePort.output == "terrace: port \(folder.port) is taken: end what listens there, or "
            + "set PORT to another port\n")
        try await DevelopmentFolder.with { other in
          let otherPorts = DevelopmentFolder(
            home: folder.home, port: other.port, adminPort: other.adminPort, opsPort: other.opsPort)
          let sameHome = try otherPorts.terrace("dev")
          #expect(sameHome.exitCode == 1)
          #expect(sameHome.output.hasPrefix("terrace: another terrace dev uses \(folder.home)"))
          #expect(sameHome.output.filter(\.isNewline).count == 1)
        }
      }
    }
  }

  @Test func dataThatCannotBeOpenedIsRefusedByTheNameOfTheFault() async throws {
    try await DevelopmentFolder.with { folder in
      try await folder.serving { child in
        child.send(SIGTERM)
        await child.end()
      }
      let key = folder.home + "/secrets/master-key"
      let faults: [(fault: () throws -> Void, message: String)] = [
        (
          { try MasterKey.random().text.write(toFile: key, atomically: false, encoding: .utf8) },
          "version 1 of the shared master key is not the one"
        ),
        ({ try FileManager.default.removeItem(atPath: key) }, "\(key) is missing"),
        (
          {
            try MasterKey.random().text.write(toFile: key, atomically: false, encoding: .utf8)
            try FileManager.default.removeItem(atPath: folder.dataDirectory + "/PG_VERSION")
          },
          "\(folder.dataDirectory) is not a complete"
        ),
      ]
      for (fault, message) in faults {
        try fault()
        let (exitCode, output) = try folder.terrace("dev")
        #expect(exitCode == 1)
        #expect(output.hasPrefix("terrace: \(message)"), "\(output)")
        #expect(output.split(separator: "\n").count == 1, "\(output)")
      }
    }
  }

  @Test func withCertificatesEveryURLIsHTTPS() async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("dev", names: ["localhost", "*.localhost"])
      let authorityFile = try authority.authorityFile()
      try await DevelopmentFolder.with { folder in
        var folder = folder
        for listener in ["PUBLIC", "ADMIN"] {
          folder.environment["TERRACE_\(listener)_TLS_CERTIFICATE"] = files.certificate
          folder.environment["TERRACE_\(listener)_TLS_KEY"] = files.key
        }
        let secure = folder
        try await secure.serving { _ in
          let banner = secure.output()
          #expect(banner.contains("https://acme.localhost:\(secure.port)/health"), "\(banner)")
          #expect(banner.contains("https://localhost:\(secure.port)/t/acme"), "\(banner)")
          #expect(banner.contains("https://localhost:\(secure.adminPort)/admin/tenants"))
          // The ops listener has no certificate.
          #expect(banner.matches(of: /http:/).count == 1, "\(banner)")
          let made = try secure.terrace(
            "tenant", "create", "initech", "--display-name", "Initech", "--output", "json",
            "--ca", authorityFile)
          #expect(made.exitCode == 0, "\(made.output)")
          #expect(made.output.contains("https://initech.localhost:\(secure.port)"))
          #expect(!made.output.contains("http://"), "\(made.output)")
        }
      }
    }
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..")
}
