import Crypto
import Foundation
import HTTPSupport
import PostgresClient
import TestSupport
import Testing

@testable import Gateway
@testable import TenantRegistry

/// A process that serves one tenant, beside one that serves all and has the admin listener.
@Suite(.preparedDatabase) struct DedicatedServerTests {
  private func withBoth(
    _ body: @escaping @Sendable (ServerFixture, RunningServer, RunningServer) async throws -> Void
  ) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { shared in
      try await shared.addTenant("acme", isolation: "dedicated")
      try await shared.addTenant("globex")
      let credentials = try await fixture.credentials(of: "acme")
      try await fixture.serve(fixture.configuration(for: credentials)) { dedicated in
        try await body(fixture, shared, dedicated)
      }
    }
  }

  @Test func servesItsTenantByHostAndByPathAndNothingElse() async throws {
    try await withBoth { _, _, dedicated in
      #expect(dedicated.ports.admin == nil)
      for (host, path) in [("acme.localhost", ""), ("localhost", "/t/acme")] {
        #expect(try await dedicated.call(host, "\(path)/health").body == "success")
      }
      for (host, path) in [
        ("globex.localhost", "/health"), ("localhost", "/t/globex/health"), ("localhost", "/"),
        ("nobody.localhost", "/"), ("money.acme.com", "/"), ("localhost", "/admin/tenants"),
        ("127.0.0.1", "/health"),
      ] {
        let answer = try await dedicated.call(host, path)
        #expect(answer.status == 421, "\(host)\(path)")
        #expect(answer.problem == "misdirected-request", "\(host)\(path)")
      }
      #expect(try await dedicated.call("acme.localhost", "/a/../b").status == 400)
    }
  }

  @Test func aTokenOfEitherDeploymentCountsAtTheOther() async throws {
    try await withBoth { _, shared, dedicated in
      let analytics = "/analytics?period=current_month"
      let first = try await shared.logIn("acme.localhost", user: "one")
      #expect(try await dedicated.call("acme.localhost", analytics, token: first).status == 200)
      let second = try await dedicated.logIn("acme.localhost", user: "two")
      #expect(try await shared.call("acme.localhost", analytics, token: second).status == 200)
    }
  }

  @Test func anAdminsChangeIsInForceWhenItIsAcknowledged() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { try await $0.addTenant("hooli", isolation: "dedicated") }
    let credentials = try await fixture.credentials(of: "hooli")
    try await fixture.serve(fixture.configuration(for: credentials)) { dedicated in
      _ = try await fixture.asSuperuser(
        "update registry.tenants set served_by = 'dedicated' where schema_name = 't_hooli'")
      for (state, status) in [("suspended", 403), ("active", 200)] as [(String, UInt)] {
        let row = try await fixture.asSuperuser(
          "update registry.tenants set state = \(state) where schema_name = 't_hooli' returning id")
        let id = try row[0].decode(0, as: UUID.self)
        try await eventually("the process knows of it") {
          try await fixture.asSuperuser(
            """
            select from registry.leases l join registry.tenants t on t.id = l.tenant_id
            where t.id = \(id) and l.revision = t.revision and l.gateway = 'dedicated'
            """
          ).count == 1
        }
        #expect(try await dedicated.call("hooli.localhost", "/health").status == status)
      }
    }
  }

  /// Whoever has the tenant's keys signs as the tenant, and as nobody else.
  @Test func itsKeysSignNoTokenOfAnotherTenant() async throws {
    try await withBoth { fixture, shared, _ in
      let credentials = try await fixture.credentials(of: "acme")
      let globex = try #require(
        try await fixture.asSuperuser(
          "select id from registry.tenants where schema_name = 't_globex'"
        ).first?.decode(0, as: UUID.self)
      ).uuidString.lowercased()
      let stolen = try await fixture.asSuperuser(
        """
        select s.tenant_id, s.kid, k.state, null, s.credential, s.key_version, s.sealed
        from registry.sealed_keys s join registry.signing_keys k using (kid)
        """
      ).compactMap { row in
        let sealed = try DirectoryRows.signingKey(row, credentials.tenant)
        return try? sealed.open(with: credentials.keys)
      }
      #expect(stolen.count == 2)
      _ = try await shared.logIn("globex.localhost", user: "victim")
      for key in stolen {
        let parts = [
          #"{"alg":"HS256","typ":"JWT","kid":"\#(key.kid)"}"#,
          #"{"id":1,"sub":"1","iss":"\#(globex)","aud":"\#(globex)","iat":1,"exp":9999999999,"#
            + #""jti":"x","epoch":0}"#,
        ].map { Data($0.utf8).base64URL }
        let signed = parts.joined(separator: ".")
        let signature = HMAC<SHA256>.authenticationCode(
          for: Data(signed.utf8), using: SymmetricKey(data: key.secret.bytes))
        let answer = try await shared.call(
          "globex.localhost", "/analytics?period=current_month",
          token: "\(signed).\(Data(signature).base64URL)")
        #expect(answer.status == 401)
      }
    }
  }

  /// After ten seconds without a statement, whatever it has set its own limits to.
  @Test func aTransactionThatItsLoginLeavesOpenIsEnded() async throws {
    try await withBoth { fixture, _, _ in
      let client = PostgresClient(logger: ServerFixture.logger)
      defer { client.close() }
      let own = client.database(try await fixture.credentials(of: "acme").login)
      let error = await #expect(throws: PostgresError.self) {
        try await own.withTransaction { transaction in
          let pid: Int = try await transaction.query(
            "select pg_backend_pid(), count(*) from registry.own_tenant")[0].decode(0)
          let deadline = ContinuousClock.now + .seconds(30)
          while ContinuousClock.now < deadline,
            try await !fixture.asSuperuser(
              "select from pg_stat_activity where pid = \(pid)"
            ).isEmpty
          {
            try await Task.sleep(for: .milliseconds(100))
          }
          try await transaction.query("select 1")
        }
      }
      #expect(error?.code == .connectionLost)
    }
  }

  @Test func credentialsThatDoNotBelongTogetherEndTheStart() async throws {
    try await withBoth { fixture, shared, _ in
      try await shared.addTenant("initech", isolation: "dedicated")
      let acme = try await fixture.credentials(of: "acme")
      let initech = try await fixture.credentials(of: "initech")
      let unknownKey = try TenantKeys(
        parsing: MasterKey.random().text, tenant: acme.tenant)
      for (credentials, message) in [
        (
          TenantCredentials(tenant: initech.tenant, login: acme.login, keys: initech.keys),
          "is that of the tenant \(acme.tenant), not of \(initech.tenant)"
        ),
        (
          TenantCredentials(tenant: acme.tenant, login: acme.login, keys: unknownKey),
          "the key is not the one that goes with the login terrace_t_acme"
        ),
        (
          TenantCredentials(
            tenant: acme.tenant,
            login: acme.login.with(user: acme.login.user, password: initech.login.password),
            keys: acme.keys), #"password authentication failed for user "terrace_t_acme""#
        ),
        (
          TenantCredentials(
            tenant: acme.tenant, login: fixture.login("terrace_reader", "reader"),
            keys: acme.keys), "the login terrace_reader is no tenant's"
        ),
      ] {
        let error = await #expect(throws: (any Error).self, "\(message)") {
          try await fixture.serve(fixture.configuration(for: credentials)) { _ in }
        }
        let text = error.map { CommandFailure($0)?.description ?? "" }
        #expect(text?.contains(message) == true, "\(text ?? "")")
      }
    }
  }

  @Test func moreConnectionsThanItsLoginHasEndTheStart() async throws {
    try await withBoth { fixture, _, _ in
      var configuration = fixture.configuration(for: try await fixture.credentials(of: "acme"))
      configuration.replicas = 3
      let tooMany = configuration
      let error = await #expect(throws: StartupCheckError.self) {
        try await fixture.serve(tooMany) { _ in }
      }
      #expect(
        error?.description.contains("15 connections, and the login terrace_t_acme has 10") == true)
    }
  }
}
