import EmbeddedPostgres
import HTTPTypes
import HummingbirdTesting
import PostgresClient
import RegistryTestSupport
import Testing

@testable import AdminAPI
@testable import TenantRegistry

extension AdminAPITests {
  /// `ETag` and `If-None-Match`: the names of states.
  @Suite struct EntityTagTests {
    /// By the body alone, not by what a process happens to be.
    @Test func aTagIsADigestOfTheBody() throws {
      let node = DatabaseServer(
        id: 2, name: "second", address: DatabaseServer.Address(host: "pg2", port: 5432),
        needsRowSecurity: false)
      #expect(try NodeBody(node).entityTag.description == #""2mCa2XfipW1GQ-QQSlWorA""#)
      #expect(
        try NodeBody(node, pendingGateways: ["slow"]).entityTag == NodeBody(node).entityTag)
    }

    @Test func everyAnswerThatShowsATenantHasItsTag() async throws {
      try await withAdmin { client, fixture in
        let request = #"{"slug":"acme","display_name":"Acme"}"#
        let created = try await send(client, .post, "/admin/tenants", request)
        let tag = try #require(created.headers[.eTag])
        #expect(tag.wholeMatch(of: /"[A-Za-z0-9_-]{22}"/) != nil)
        for (method, body) in [(HTTPRequest.Method.post, request), (.get, nil), (.head, nil)] {
          let path = method == .post ? "/admin/tenants" : "/admin/tenants/acme"
          let answer = try await send(client, method, path, body)
          #expect(answer.status == .ok)
          #expect(answer.headers[.eTag] == tag, "\(method)")
        }
        let limited = try await send(
          client, .put, "/admin/tenants/acme/limits", #"{"queue":5}"#)
        #expect(limited.headers[.contentLocation] == "/admin/tenants/acme")
        let shown = try await send(client, .get, "/admin/tenants/acme")
        #expect(shown.headers[.eTag] != tag)
        #expect(shown.headers[.eTag] == limited.headers[.eTag])
        let elsewhere = try await withAdmin(of: fixture) {
          try await send($0, .get, "/admin/tenants/acme")
        }
        #expect(elsewhere.headers[.eTag] == shown.headers[.eTag])
        let otherURLs = try await withAdmin(of: fixture, baseDomain: "finance.example") {
          try await send($0, .get, "/admin/tenants/acme")
        }
        #expect(otherURLs.headers[.eTag] != shown.headers[.eTag])
      }
    }

    /// What a 202 says besides is not what the tenant is.
    @Test func whoHasNotAcknowledgedIsNotInTheTag() async throws {
      try await withAdmin { client, fixture in
        try await fixture.directory(name: "silent").synchronize()
        let created = try await send(
          client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"Acme"}"#)
        #expect(created.status == .accepted)
        let shown = try await send(client, .get, "/admin/tenants/acme")
        #expect(shown.body != created.body)
        #expect(shown.headers[.eTag] == created.headers[.eTag])
      }
    }

    @Test func theTagChangesWithWhatIsShownAndWithNothingElse() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        func tags() async throws -> [String?] {
          var tags: [String?] = []
          for path in ["/admin/tenants/acme", "/admin/tenants/acme/deployment"] {
            tags.append(try await send(client, .get, path).headers[.eTag])
          }
          return tags
        }
        let changes: [(sql: String, tenant: Bool, deployment: Bool)] = [
          ("update registry.tenants set display_name = 'New'", true, false),
          ("update registry.tenants set state = 'suspended'", true, false),
          ("update registry.tenants set schema_version = 2", true, false),
          ("update registry.tenants set isolation = 'dedicated'", true, true),
          ("update registry.tenants set served_by = 'dedicated'", true, true),
          (
            "insert into registry.limits (tenant_id, queue) select id, 1 from registry.tenants",
            true, false
          ),
          ("update registry.limits set queue = 2", true, false),
          (
            """
            insert into registry.credentials (tenant_id, number, login, key_version)
            select id, 1, 'someone', 1 from registry.tenants
            """, false, true
          ),
          ("update registry.tenants set served_since = now()", false, false),
          ("update registry.signing_keys set state = 'retiring'", false, false),
          ("update registry.cells set node_id = node_id", false, false),
        ]
        var before = try await tags()
        #expect(!before.contains(nil))
        for change in changes {
          _ = try await fixture.superuser.query(.init(unsafeSQL: change.sql))
          let after = try await tags()
          #expect((after[0] != before[0]) == change.tenant, "\(change.sql)")
          #expect((after[1] != before[1]) == change.deployment, "\(change.sql)")
          before = after
        }
      }
    }

    @Test(arguments: ["tenants/acme", "tenants/acme/deployment", "nodes/primary"])
    func whoHasTheStateIsToldSo(path: String) async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let shown = try await send(client, .get, "/admin/" + path)
        let tag = try #require(shown.headers[.eTag])
        for method in [HTTPRequest.Method.get, .head] {
          for known in [tag, "W/" + tag, #""other", \#(tag)"#, "*"] {
            let answer = try await send(
              client, method, "/admin/" + path, headers: [.ifNoneMatch: known])
            #expect(answer.status == .notModified, "\(known)")
            #expect(answer.headers[.eTag] == tag)
            #expect(answer.headers[.contentType] == nil)
            // Not that of the 304, which has no body.
            #expect(answer.headers[.contentLength] == String(shown.body.readableBytes))
            #expect(answer.body.readableBytes == 0)
          }
        }
        let other = try await send(
          client, .get, "/admin/" + path, headers: [.ifNoneMatch: #""other""#])
        #expect(other.status == .ok)
        #expect(other.body == shown.body)
        let malformed = try await send(
          client, .get, "/admin/" + path, headers: [.ifNoneMatch: "other"])
        #expect(malformed.status == .badRequest)
        #expect(try fields(malformed) == ["If-None-Match"])
      }
    }
  }
}
