import Foundation
import HTTPSupport
import PostgresClient
import TestSupport
import Testing

@testable import Gateway

/// A whole server whose listeners speak TLS.
@Suite(.preparedDatabase) struct SecureServerTests {
  /// Runs a server with a certificate for localhost on its public listener.
  private func serve(
    _ body: @Sendable (ServerFixture, RunningServer, TestAuthority) async throws -> Void
  ) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await TestAuthority.run { authority in
      var configuration = fixture.configuration
      configuration.server.publicTLS = try authority.issue("server", names: ["localhost"])
      try await fixture.serve(configuration) { try await body(fixture, $0, authority) }
    }
  }

  // MARK: Certificates

  @Test func aSecretThatIsSwappedIsFollowedAndABrokenOneIsNot() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await TestAuthority.run { first in
      let second = try TestAuthority(folder: first.folder)
      let (pair, next) = (
        try first.issue("first", names: ["localhost"]),
        try second.issue("second", names: ["localhost"])
      )
      let secret = try MountedSecret(in: first.folder)
      try secret.put(certificate: pair.certificate, key: pair.key)
      var configuration = fixture.configuration
      configuration.server.publicTLS = secret.files
      configuration.server.tlsPollInterval = .milliseconds(10)
      let log = RecordedLog()
      try await fixture.serve(configuration, logger: log.logger) { server in
        let port = try #require(server.ports.public)
        try await SecureClient.run(port: port, first.clientConfiguration(), http1: true) { old in
          #expect(await old.isServed())
          try secret.put(certificate: next.certificate, key: pair.key)
          try await Self.untilFiles(of: server, areUnusable: true)
          try await SecureClient.run(port: port, first.clientConfiguration()) { client in
            #expect(await client.isServed())
          }
          try secret.put(certificate: next.certificate, key: next.key)
          try await Self.untilFiles(of: server, areUnusable: false)
          try await SecureClient.run(port: port, second.clientConfiguration()) { client in
            #expect(await client.isServed())
          }
          // It could not connect anew.
          #expect(await old.isServed())
        }
      }
      #expect(log.text.matches(of: /cannot be used/).count == 1)
      #expect(!log.text.contains("PRIVATE KEY"))
    }
  }

  private static func untilFiles(of server: RunningServer, areUnusable isUnusable: Bool)
    async throws
  {
    let line = "terrace_tls_files_unusable{files=\"public\"} \(isUnusable ? 1 : 0)\n"
    try await eventually("the metric says so") {
      try await server.ops("/metrics").body.contains(line)
    }
  }

  @Test func theAdminListenerSpeaksTLS() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await TestAuthority.run { authority in
      var configuration = fixture.configuration
      configuration.server.adminTLS = try authority.issue("admin", names: ["localhost"])
      try await fixture.serve(configuration) { server in
        let port = try #require(server.ports.admin)
        let plain = try await RawConnection.exchange(
          port: port, "GET /admin/tenants HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(!plain.contains("HTTP/1.1"))
        for http1 in [true, false] {
          try await SecureClient.run(
            port: port, authority.clientConfiguration(), http1: http1
          ) { client in
            let answer = try await client.send(
              .GET, "/admin/tenants",
              headers: ["authorization": "Bearer \(ServerFixture.adminToken)"])
            #expect(answer.status == 200)
            #expect(answer.version == (http1 ? .http1_1 : .http2))
            #expect(try await client.send(.GET, "/admin/tenants").status == 401)
          }
        }
      }
    }
  }

  @Test func forwardedHostsCountFromTheGatewaysCertificateOnly() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { try await $0.addTenant("mutual", isolation: "dedicated") }
    try await TestAuthority.run { authority in
      let gateway = try authority.issue("gateway", names: ["gateway"])
      let credentials = try await fixture.credentials(of: "mutual")
      for isMutual in [true, false] {
        var configuration = fixture.configuration(for: credentials)
        var files = try authority.issue("pod", names: ["localhost"])
        files.authorities = isMutual ? try authority.authorityFile() : nil
        configuration.server.publicTLS = files
        try await fixture.serve(configuration) { server in
          let client = try authority.clientConfiguration(showing: gateway)
          let port = try #require(server.ports.public)
          try await SecureClient.run(port: port, client) { client in
            // Over a connection that asked for no certificate, one that is shown proves nothing.
            let answer = try await client.send(
              .GET, "/health", headers: ["x-forwarded-host": "mutual.localhost"])
            #expect(answer.status == (isMutual ? 200 : 421))
          }
        }
      }
    }
  }

  // MARK: HTTP/2

  @Test func aRequestMustNameOneHost() async throws {
    try await serve { _, server, authority in
      try await server.addTenant("acme")
      let port = try #require(server.ports.public)
      try await FrameConnection.open(port: port, authority) { client in
        for (stream, host, status) in [
          (1, "acme.localhost", 200), (3, "globex.localhost", 400), (5, "", 400),
        ] {
          try await client.head(
            stream,
            [
              (":method", "GET"), (":scheme", "https"), (":authority", "acme.localhost"),
              (":path", "/health"), ("host", host),
            ])
          #expect(try await client.answer(to: stream).status == status, "\(host)")
        }
      }
    }
  }

  /// Runs `body` while another session holds a lock.
  private static func holding(
    _ lock: PostgresQuery, _ fixture: ServerFixture, _ body: () async throws -> Void
  ) async throws {
    let (isHeld, isOver) = (Signal(), Signal())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let client = PostgresClient(logger: ServerFixture.logger)
        defer { client.close() }
        let superuser = client.database(fixture.login(fixture.postgres.superuser))
        try await superuser.withTransaction { transaction in
          try await transaction.query(lock)
          isHeld.send()
          await isOver.wait()
        }
      }
      await isHeld.wait()
      defer { isOver.send() }
      try await body()
    }
  }

  private static func isWaiting(_ fixture: ServerFixture, for table: String) async throws -> Bool {
    try await fixture.asSuperuser(
      """
      select from pg_stat_activity
      where wait_event_type = 'Lock' and wait_event = 'relation'
        and pid in (select pid from pg_locks
          where not granted and relation = \(table)::regclass)
      """
    ).count == 1
  }

  private static let login = #"{"username":"nobody","password":"correct horse"}"#

  private static func logIn(
    at slug: String, _ client: inout FrameConnection
  ) async throws {
    try await client.request(
      1, "POST", "/t/\(slug)/login", fields: [("content-type", "application/json")], ends: false)
    try await client.data(1, login, ends: true)
  }

  @Test func aStreamThatIsResetCancelsItsStatement() async throws {
    try await serve { fixture, server, authority in
      try await server.addTenant("reset")
      let port = try #require(server.ports.public)
      try await FrameConnection.open(port: port, authority) { client in
        try await Self.holding("lock table t_reset.app_user", fixture) {
          try await Self.logIn(at: "reset", &client)
          try await eventually("the new certificate is served") {
            try await Self.isWaiting(fixture, for: "t_reset.app_user")
          }
          try await client.reset(1)
          try await eventually("the old one is not") {
            try await !Self.isWaiting(fixture, for: "t_reset.app_user")
          }
        }
      }
    }
  }

  @Test func aStreamUnderWayAtShutdownFinishes() async throws {
    try await serve { fixture, server, authority in
      try await server.addTenant("drained")
      let port = try #require(server.ports.public)
      try await FrameConnection.open(port: port, authority) { client in
        try await Self.holding("lock table t_drained.app_user", fixture) {
          try await Self.logIn(at: "drained", &client)
          try await eventually("the listener follows its files") {
            try await Self.isWaiting(fixture, for: "t_drained.app_user")
          }
          await server.shutDown()
          try await client.readToGoAway()
        }
        #expect(try await client.answer(to: 1).status == 401)
        try await client.readToEnd()
        #expect(client.goAways.last.map { $0 == (1, 0) } == true)
      }
    }
  }
}
