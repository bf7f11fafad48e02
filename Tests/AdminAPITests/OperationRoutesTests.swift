import Foundation
import HTTPTypes
import HummingbirdTesting
import RegistryTestSupport
import Testing

@testable import AdminAPI
@testable import TenantRegistry

extension AdminAPITests {
  /// `/admin/operations` and `/admin/fleet`, where no process runs what is asked for.
  @Suite struct OperationRoutesTests {
    @Test func aFleetMigrationIsOneOperationUntilItIsDone() async throws {
      try await withAdmin { client, _ in
        let first = try await send(
          client, .post, "/admin/fleet/migrate", token: "Bearer another-s3cret")
        #expect(first.status == .accepted)
        let body = try object(first)
        let id = try #require(body["id"] as? String)
        #expect(first.headers[.location] == "/admin/operations/\(id)")
        #expect(body["kind"] as? String == "fleet.migrate")
        #expect(body["state"] as? String == "queued")
        #expect(body["actor"] as? String == "second")
        let second = try await send(client, .post, "/admin/fleet/migrate")
        #expect(try object(second)["id"] as? String == id)
        let shown = try await send(client, .get, "/admin/operations/\(id)")
        #expect(shown.status == .ok)
        #expect(try object(shown)["actor"] as? String == "second")
      }
    }

    @Test func aQueuedOneIsCancelledAndRetried() async throws {
      try await withAdmin { client, _ in
        let asked = try await send(client, .post, "/admin/fleet/migrate")
        let path = try #require(asked.headers[.location])
        let retried = try await send(client, .post, path + "/retry")
        #expect(retried.status == .conflict)
        #expect(try object(retried)["type"] as? String == "/problems/operation-not-failed")
        let cancelled = try await send(client, .post, path + "/cancel")
        #expect(cancelled.status == .ok)
        #expect(try object(cancelled)["state"] as? String == "cancelled")
        let again = try await send(client, .post, path + "/cancel")
        #expect(again.status == .conflict)
        #expect(try object(again)["type"] as? String == "/problems/operation-finished")
        let queued = try await send(client, .post, path + "/retry")
        #expect(queued.status == .accepted)
        #expect(queued.headers[.location] == path)
        #expect(try object(queued)["state"] as? String == "queued")
      }
    }

    @Test func oneThatIsOutdoneIsNotRetried() async throws {
      try await withAdmin { client, _ in
        let asked = try await send(client, .post, "/admin/fleet/migrate")
        let path = try #require(asked.headers[.location])
        _ = try await send(client, .post, path + "/cancel")
        _ = try await send(client, .post, "/admin/fleet/migrate")
        let retried = try await send(client, .post, path + "/retry")
        #expect(retried.status == .conflict)
        #expect(try object(retried)["type"] as? String == "/problems/operation-under-way")
      }
    }

    @Test(arguments: ["4f0c2f3e-6a0b-4b56-9d0e-0f6f8f1b2c3d", "acme"])
    func anUnknownIDIs404(id: String) async throws {
      try await withAdmin { client, _ in
        for (method, path) in [
          (HTTPRequest.Method.get, ""), (.post, "/cancel"), (.post, "/retry"),
        ] {
          let answer = try await send(client, method, "/admin/operations/\(id)\(path)")
          #expect(answer.status == .notFound)
          #expect(try object(answer)["type"] as? String == "/problems/unknown-operation")
        }
      }
    }

    @Test func aMoveThatWaitsIsAnOperationThatGoesOn() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let moved = try await send(
          client, .put, "/admin/tenants/acme/deployment", #"{"served_by":"dedicated"}"#)
        #expect(moved.status == .accepted)
        let path = try #require(moved.headers[.location])
        let shown = try object(try await send(client, .get, path))
        #expect(shown["kind"] as? String == "tenant.move")
        #expect(shown["tenant"] as? String == "acme")
        let outcome = try await DeploymentMove(fixture.administration.deployments).run(
          try await TenantOperations(owner: fixture.owner).operation(
            #require(UUID(uuidString: String(path.suffix(36))))
          ).0
        ) { _ in }
        guard case .waiting(let reason, _) = outcome else {
          Issue.record("\(outcome)")
          return
        }
        #expect(reason.contains("is not there yet"))
      }
    }

    @Test func pagesAndFilters() async throws {
      try await withAdmin { client, fixture in
        for slug in ["acme", "globex"] {
          try await fixture.register(slug)
          _ = try await send(
            client, .put, "/admin/tenants/\(slug)/deployment", #"{"served_by":"dedicated"}"#)
        }
        _ = try await send(client, .post, "/admin/fleet/migrate")
        let first = try object(try await send(client, .get, "/admin/operations?limit=2"))
        let cursor = try #require(first["next_cursor"] as? String)
        let last = try object(
          try await send(client, .get, "/admin/operations?limit=2&cursor=\(cursor)"))
        #expect(last["next_cursor"] == nil)
        let pages = try [first, last].map { page in
          try #require(page["operations"] as? [JSONObject]).map { $0["tenant"] as? String ?? "-" }
        }
        #expect(pages == [["-", "globex"], ["acme"]])
        for (query, count) in [
          ("kind=tenant.move", 2), ("tenant=acme", 1), ("state=queued", 3), ("state=failed", 0),
          ("tenant=nobody", 0),
        ] {
          let page = try object(try await send(client, .get, "/admin/operations?\(query)"))
          #expect((page["operations"] as? [JSONObject])?.count == count, "\(query)")
        }
        let wrong = try await send(
          client, .get, "/admin/operations?limit=0&cursor=x&state=y&kind=Z&tenant=_&page=1")
        #expect(wrong.status == .badRequest)
        #expect(
          Set(try fields(wrong)) == ["limit", "cursor", "state", "kind", "tenant", "page"])
      }
    }
  }
}
