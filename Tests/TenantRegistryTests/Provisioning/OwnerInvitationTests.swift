import EmbeddedPostgres
import Foundation
import HTTPSupport
import PostgresClient
import RegistryTestSupport
import Synchronization
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// How a tenant's owner is invited. The tests' tenants keep it in `item`.
  @Suite struct OwnerInvitationTests {
    private func administration(
      _ fixture: RegistryFixture, cellCapacity: Int = Cell.capacity
    ) -> TenantAdministration {
      let count = Mutex(0)
      var provisioner = fixture.provisioner
      provisioner.cellCapacity = cellCapacity
      provisioner.ownerInvitations = OwnerInvitationIssuer {
        let number = count.withLock {
          $0 += 1
          return $0
        }
        return (
          OwnerInvitation(token: "token \(number)", expiresAt: Date(timeIntervalSince1970: 0)),
          [
            "delete from item",
            PostgresQuery(unsafeSQL: "insert into item (name) values ('hash \(number)')"),
          ]
        )
      }
      return TenantAdministration(
        owner: fixture.owner, provisioner: provisioner, logger: RegistryFixture.logger)
    }

    private func stored(_ schema: String, in database: PostgresDatabase) async throws -> [String] {
      try await database.query(PostgresQuery(unsafeSQL: "select name from \(schema).item"))
        .map { try $0.decode(0) }
    }

    private func register(
      _ slug: String, _ administration: TenantAdministration
    ) async throws -> RegistrationOutcome {
      try await administration.register(
        TenantRegistration(slug: slug, displayName: slug, registration: .inviteOnly), actor: "test")
    }

    @Test func theRegistrationOfATenantInvitesItsOwnerOnce() async throws {
      try await withRegistry { fixture in
        let administration = administration(fixture)
        let first = try await register("acme", administration)
        #expect(first.ownerInvitation?.token == "token 1")
        #expect(first.tenant.tenant.registration == .inviteOnly)
        try await #expect(stored("t_acme", in: fixture.superuser) == ["hash 1"])
        let again = try await register("acme", administration)
        #expect(again.ownerInvitation == nil)
        try await #expect(stored("t_acme", in: fixture.superuser) == ["hash 1"])
      }
    }

    @Test func anAdminInvitesAnotherAndTheOneBeforeEnds() async throws {
      try await withRegistry { fixture in
        let administration = administration(fixture)
        _ = try await register("acme", administration)
        let again = try await administration.inviteOwner(of: "acme", actor: "ada")
        #expect(again?.invitation.token == "token 2")
        try await #expect(stored("t_acme", in: fixture.superuser) == ["hash 2"])
        let logged = try await fixture.owner.query(
          """
          select actor, details::text from registry.audit_log
          where action = 'tenant.invite-owner'
          """)
        #expect(try logged.map { try $0.decode(0, as: String.self) } == ["ada"])
        #expect(try logged.map { try $0.decode(1, as: String.self) } == ["{}"])
        let missing = try await administration.inviteOwner(of: "globex", actor: "ada")
        #expect(missing == nil)
      }
    }

    @Test func theOwnerOfATenantOnAnotherServerIsInvitedThere() async throws {
      try await withRegistry { fixture in
        try await withTemporaryPostgres { node in
          let administration = administration(fixture, cellCapacity: 1)
          _ = try await register("first", administration)
          var login = fixture.superuserLogin
          (login.host, login.port) = (node.socketDirectory, node.port)
          try await fixture.bootstrap().apply(client: fixture.client, superuser: login)
          _ = try await fixture.nodes.add(
            "second", .init(host: node.socketDirectory, port: node.port), actor: "test")
          let outcome = try await register("acme", administration)
          #expect(outcome.tenant.state == .active)
          #expect(outcome.ownerInvitation?.token == "token 2")
          try await #expect(
            stored("t_acme", in: fixture.client.database(login)) == ["hash 2"])
        }
      }
    }

    @Test func theTokenIsNeitherPrintedNorReflected() {
      let invitation = OwnerInvitation(token: "s3cret", expiresAt: Date(timeIntervalSince1970: 0))
      var dumped = ""
      dump(invitation, to: &dumped)
      for shown in ["\(invitation)", String(reflecting: invitation), dumped] {
        #expect(!shown.contains("s3cret"))
      }
    }
  }
}
