import Foundation
import HummingbirdTesting
import PostgresClient
import RegistryTestSupport
import TenantRegistry
import Testing

@testable import AdminAPI

extension AdminAPITests {
  @Suite struct OwnerInvitationRoutesTests {
    private static let invitation = [
      "url": "http://acme.localhost:8080/join?invitation=s3cret-token", "token": "s3cret-token",
      "expires_at": "1970-01-01T00:00:00Z",
    ]

    private func withIssuer(
      _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
      try await withRegistry { fixture in
        let administration = TenantAdministration(
          owner: fixture.owner, masterKeys: fixture.masterKeys,
          tenantMigrations: RegistryFixture.migrations,
          ownerInvitations: OwnerInvitationIssuer {
            (
              OwnerInvitation(
                token: "s3cret-token", expiresAt: Date(timeIntervalSince1970: 0)),
              ["insert into item (name) values ('hash')"]
            )
          }, logger: RegistryFixture.logger)
        try await withAdmin(of: fixture, administration: administration) { try await body($0) }
      }
    }

    @Test func onlyTheAnswerThatRegistersATenantHasIt() async throws {
      try await withIssuer { client in
        let request = #"{"slug":"acme","display_name":"Acme","registration":"invite-only"}"#
        let created = try await send(client, .post, "/admin/tenants", request)
        #expect(created.status == .created)
        var body = try object(created)
        #expect(
          body.removeValue(forKey: "owner_invitation") as? NSDictionary
            == Self.invitation as NSDictionary)
        #expect(body["registration"] as? String == "invite-only")
        for answer in [
          try await send(client, .post, "/admin/tenants", request),
          try await send(client, .get, "/admin/tenants/acme"),
        ] {
          #expect(answer.status == .ok)
          #expect(try object(answer) as NSDictionary == body as NSDictionary)
          #expect(answer.headers[.eTag] == created.headers[.eTag])
        }
      }
    }

    @Test func anAdminInvitesAnotherOwner() async throws {
      try await withIssuer { client in
        _ = try await send(client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"A"}"#)
        let invited = try await send(client, .post, "/admin/tenants/acme/owner-invitation")
        #expect(invited.status == .created)
        #expect(try object(invited) as NSDictionary == Self.invitation as NSDictionary)
        let unknown = try await send(client, .post, "/admin/tenants/globex/owner-invitation")
        #expect(unknown.status == .notFound)
      }
    }
  }
}
