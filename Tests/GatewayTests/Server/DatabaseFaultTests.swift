import HTTPSupport
import Testing

@testable import Gateway

/// What becomes of a server whose database is away, or not as it must be.
struct DatabaseFaultTests {
  @Test func aDatabaseThatIsAwayIsA503AndComesBack() async throws {
    try await ServerFixture.run { fixture in
      var configuration = fixture.configuration
      configuration.directory.maximumStaleness = .milliseconds(500)
      configuration.client.queueTimeout = .milliseconds(200)
      try await fixture.serve(configuration) { server in
        try await server.addTenant("acme")
        await fixture.postgres.stop()
        try await Self.eventually { try await server.ops("/readyz").status == 503 }
        let answer = try await server.call("acme.localhost", "/health")
        #expect(answer.status == 503)
        #expect(answer.problem == "registry-unavailable")
        #expect(answer.headers.first(name: "retry-after") != nil)
        try await fixture.postgres.restart()
        try await Self.eventually { try await server.ops("/readyz").status == 200 }
        #expect(try await server.call("acme.localhost", "/health").status == 200)
      }
    }
  }

  @Test func anUnpreparedDatabaseIsNotServed() async throws {
    try await ServerFixture.run(migrated: false) { fixture in
      let error = await #expect(throws: DatabaseGuard.Unfit.self) {
        try await fixture.serve { _ in }
      }
      #expect(error?.description.contains("terrace migrate") == true)
    }
    try await ServerFixture.run(bootstrapped: false) { fixture in
      var configuration = fixture.configuration
      configuration.reader = fixture.login(fixture.postgres.superuser)
      configuration.reader?.database = "postgres"
      let unprepared = configuration
      await #expect(throws: DatabaseGuard.Unfit.self) {
        try await fixture.serve(unprepared) { _ in }
      }
    }
  }

  /// Waits until `condition` holds; the test's own time limit bounds it.
  static func eventually(_ condition: () async throws -> Bool) async throws {
    while !(try await condition()) { try await Task.sleep(for: .milliseconds(20)) }
  }
}
