import Foundation
import HTTPSupport
import PostgresClient
import TestSupport
import Testing

@testable import Gateway

/// What becomes of a server whose database is away, or not as it must be.
@Suite(.timeLimit(.minutes(1))) struct DatabaseFaultTests {
  @Test func aDatabaseThatIsAwayIsA503AndComesBack() async throws {
    try await ServerFixture.run { fixture in
      var configuration = fixture.configuration
      configuration.directory.maximumStaleness = .milliseconds(500)
      configuration.client.queueTimeout = .milliseconds(200)
      try await fixture.serve(configuration) { server in
        try await server.addTenant("acme")
        await fixture.postgres.stop()
        try await eventually("it is not ready") { try await server.ops("/readyz").status == 503 }
        let answer = try await server.call("acme.localhost", "/health")
        #expect(answer.status == 503)
        #expect(answer.problem == "registry-unavailable")
        #expect(answer.headers.first(name: "retry-after") != nil)
        try await fixture.postgres.restart()
        try await eventually("it is ready") { try await server.ops("/readyz").status == 200 }
        #expect(try await server.call("acme.localhost", "/health").status == 200)
      }
    }
  }

  @Test func anUnpreparedDatabaseIsNotServed() async throws {
    try await ServerFixture.run(migrated: false) { fixture in
      let error = await #expect(throws: StartupCheckError.self) {
        try await fixture.serve { _ in }
      }
      #expect(error?.description.contains("terrace migrate") == true)
    }
    try await ServerFixture.run(bootstrapped: false) { fixture in
      var configuration = fixture.configuration
      configuration.reader = fixture.login(fixture.postgres.superuser)
      configuration.reader?.database = "postgres"
      let unprepared = configuration
      await #expect(throws: StartupCheckError.self) {
        try await fixture.serve(unprepared) { _ in }
      }
    }
  }

  @Test func aDatabaseThatTakesNoWritesServesReadsForAsLongAsItLasts() async throws {
    try await ServerFixture.run { fixture in
      var configuration = fixture.configuration
      configuration.directory.maximumStaleness = .seconds(5)
      try await fixture.serve(configuration) { server in
        try await server.addTenant("acme")
        let token = try await server.logIn("acme.localhost")
        let entry = #"{"type":"expense","amount":1,"description":"x"}"#
        func read() async throws -> UInt {
          try await server.call("acme.localhost", "/analytics?period=current_month", token: token)
            .status
        }
        func write() async throws -> UInt {
          try await server.call("acme.localhost", "/transaction", .POST, token: token, json: entry)
            .status
        }
        let before = try await write()
        #expect(before < 300)
        try await fixture.setReadOnly(true)
        try await eventually("it is degraded") {
          try await server.ops("/readyz").body == "ready\ndegraded: the database takes no writes\n"
        }
        let start = ContinuousClock.now
        repeat {
          #expect(try await read() == 200)
          #expect(try await write() == 503)
          #expect(try await server.ops("/readyz").status == 200)
        } while ContinuousClock.now < start + .seconds(7)
        try await fixture.setReadOnly(false)
        try await eventually("writes are taken") { try await write() == before }
        try await eventually("it is ready") { try await server.ops("/readyz").body == "ready\n" }
        try await server.addTenant("globex")
      }
    }
  }

  @Test func aProcessStartsOnADatabaseThatTakesNoWrites() async throws {
    try await ServerFixture.run { fixture in
      try await fixture.serve(fixture.configuration) { try await $0.addTenant("acme") }
      try await fixture.setReadOnly(true)
      try await fixture.serve(fixture.configuration) { server in
        let answer = try await server.call("acme.localhost", "/health")
        #expect(answer.status == 200)
        let readiness = try await server.ops("/readyz").body
        #expect(readiness.hasSuffix("takes no writes\n"))
      }
    }
  }

  @Test func aStandbyIsServedByForNoLongerThanWhatIsKnownIsGood() async throws {
    try await ServerFixture.run { fixture in
      var configuration = fixture.configuration
      configuration.directory.maximumStaleness = .milliseconds(500)
      configuration.client.queueTimeout = .milliseconds(200)
      try await fixture.serve(configuration) { server in
        try await server.addTenant("acme")
        await fixture.postgres.stop()
        let mark = fixture.postgres.socketDirectory + "/data/standby.signal"
        #expect(FileManager.default.createFile(atPath: mark, contents: nil))
        try await fixture.postgres.restart()
        // It has been asked since.
        try await eventually("it has been asked") {
          try await server.ops("/readyz").body.contains("takes no writes")
        }
        try await eventually("it is not ready") { try await server.ops("/readyz").status == 503 }
        let start = ContinuousClock.now
        repeat {
          #expect(try await server.ops("/readyz").status == 503)
          #expect(try await server.call("acme.localhost", "/health").status == 503)
        } while ContinuousClock.now < start + .seconds(1)
        try await fixture.promote()
        try await eventually("it is ready") { try await server.ops("/readyz").status == 200 }
        #expect(try await server.call("acme.localhost", "/health").status == 200)
      }
    }
  }

  @Test func aWrongPasswordEndsTheStart() async throws {
    try await ServerFixture.run { fixture in
      var configuration = fixture.configuration
      configuration.reader = fixture.login("terrace_reader", "another")
      let wrong = configuration
      let error = await #expect(throws: StartupCheckError.self) {
        try await fixture.serve(wrong) { _ in }
      }
      #expect(error?.description.contains("terrace_reader@") == true)
    }
  }
}

extension ServerFixture {
  private func asSuperuser(_ statements: [String]) async throws {
    let client = PostgresClient(logger: Self.logger)
    defer { client.close() }
    for statement in statements {
      _ = try await client.database(login(postgres.superuser)).query(.init(unsafeSQL: statement))
    }
  }

  /// Has the server refuse writes, or take them again.
  fileprivate func setReadOnly(_ isReadOnly: Bool) async throws {
    let value = isReadOnly ? "on" : "off"
    try await asSuperuser([
      "alter system set default_transaction_read_only = \(value)", "select pg_reload_conf()",
    ])
  }

  fileprivate func promote() async throws {
    try await asSuperuser(["select pg_promote()"])
  }
}
