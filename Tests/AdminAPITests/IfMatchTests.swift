import EmbeddedPostgres
import HTTPTypes
import HummingbirdTesting
import PostgresClient
import RegistryTestSupport
import TestSupport
import Testing

@testable import AdminAPI
@testable import TenantRegistry

extension AdminAPITests {
  /// `If-Match`: changes that are meant for one state.
  @Suite struct IfMatchTests {
    private static let limits = "/admin/tenants/acme/limits"
    private static let deployment = "/admin/tenants/acme/deployment"
    private static let dedicated = #"{"served_by":"dedicated"}"#

    private func tag(_ client: any TestClientProtocol, _ path: String) async throws -> String {
      try #require(try await send(client, .get, path).headers[.eTag])
    }

    /// The statuses of requests with these bodies that all begin while somebody has `lock`, and wait
    /// for it.
    private func statuses(
      of bodies: [String], behind lock: PostgresQuery, _ fixture: RegistryFixture,
      send: @escaping @Sendable (String) async throws -> TestResponse
    ) async throws -> [Int] {
      try await withThrowingTaskGroup(of: Int.self) { group in
        try await fixture.superuser.withTransaction { transaction in
          try await transaction.query(lock)
          for body in bodies { group.addTask { try await send(body).status.code } }
          try await eventually("all wait for the lock") {
            try await fixture.superuser.query(
              """
              select count(*) from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'
              """)[0].decode(0) == bodies.count
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }.sorted()
      }
    }

    private func actions(_ fixture: RegistryFixture) async throws -> [String] {
      try await fixture.owner.query("select action from registry.audit_log order by id").map {
        try $0.decode(0)
      }
    }

    @Test func aChangeForTheStateThatThereIsIsMade() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        for (queue, condition) in [(1, "TAG"), (2, #""other" ,, TAG"#), (3, "*")] {
          let tag = try await tag(client, "/admin/tenants/acme")
          let answer = try await send(
            client, .put, Self.limits, #"{"queue":\#(queue)}"#,
            headers: [.ifMatch: condition.replacing("TAG", with: tag)])
          #expect(answer.status == .ok)
          #expect(answer.headers[.eTag] != tag)
        }
        let tag = try await tag(client, Self.deployment)
        let moved = try await send(
          client, .put, Self.deployment, Self.dedicated, headers: [.ifMatch: tag])
        #expect(moved.status == .accepted)
        #expect(try await self.tag(client, Self.deployment) != tag)
      }
    }

    @Test func aChangeForAnotherStateIs412AndChangesNothing() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let before = try await DatabaseFootprint(fixture.superuser)
        for (path, body, tagged) in [
          (Self.limits, #"{"queue":1}"#, "/admin/tenants/acme"),
          (Self.deployment, Self.dedicated, Self.deployment),
        ] {
          let tag = try await tag(client, tagged)
          let conditions: [HTTPFields] = [
            [.ifMatch: #""other""#], [.ifMatch: #""other", "another""#], [.ifMatch: "W/" + tag],
            [.ifNoneMatch: "*"], [.ifNoneMatch: tag], [.ifMatch: tag, .ifNoneMatch: "W/" + tag],
          ]
          for headers in conditions {
            let answer = try await send(client, .put, path, body, headers: headers)
            #expect(answer.status == .preconditionFailed, "\(headers)")
            let problem = try object(answer)
            #expect(problem["type"] as? String == "/problems/precondition-failed")
            #expect((problem["detail"] as? String)?.contains("get it again") == true)
          }
          #expect(try await self.tag(client, tagged) == tag)
        }
        #expect(try await DatabaseFootprint(fixture.superuser) == before)
        let read = try await send(
          client, .get, "/admin/tenants/acme", headers: [.ifMatch: #""other""#])
        #expect(read.status == .preconditionFailed)
      }
    }

    @Test func aMalformedFieldIs400ThatNamesItAndChangesNothing() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let before = try await DatabaseFootprint(fixture.superuser)
        for (method, path, body) in [
          (HTTPRequest.Method.put, Self.limits, "{}"), (.put, Self.deployment, Self.dedicated),
          (.patch, "/admin/nodes/primary", #"{"host":"x"}"#),
        ] {
          for value in ["acme", "", "*, *", #""a" "b""#] {
            let answer = try await send(
              client, method, path, body, headers: [.ifMatch: value, .ifNoneMatch: #""a""#])
            #expect(answer.status == .badRequest, "\(value)")
            #expect(try fields(answer) == ["If-Match"])
          }
        }
        #expect(try await DatabaseFootprint(fixture.superuser) == before)
      }
    }

    /// There is nothing there that could be in another state.
    @Test func whatIsNotThereIs404() async throws {
      try await withAdmin { client, _ in
        for (method, path, body) in [
          (HTTPRequest.Method.get, "/admin/tenants/nobody", nil),
          (.get, "/admin/nodes/nobody", nil),
          (.put, "/admin/tenants/nobody/limits", "{}"),
          (.put, "/admin/tenants/nobody/deployment", Self.dedicated),
          (.patch, "/admin/nodes/nobody", #"{"host":"x"}"#),
        ] {
          let answer = try await send(client, method, path, body, headers: [.ifMatch: "*"])
          #expect(answer.status == .notFound, "\(path)")
        }
      }
    }

    @Test func ofRacingLimitsForTheSameStateOneIsSet() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let tag = try await tag(client, "/admin/tenants/acme")
        let bodies = (1...4).map { #"{"queue":\#($0)}"# }
        let lock: PostgresQuery = "select from registry.tenants for update"
        let statuses = try await statuses(of: bodies, behind: lock, fixture) {
          try await send(client, .put, Self.limits, $0, headers: [.ifMatch: tag])
        }
        #expect(statuses == [200, 412, 412, 412])
        #expect(try await actions(fixture) == ["tenant.register", "tenant.limit"])
      }
    }

    /// Nobody is in another's way who does not say which state is meant.
    @Test func withoutAConditionAllRacingLimitsAreSet() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let bodies = (1...4).map { #"{"queue":\#($0)}"# }
        let lock: PostgresQuery = "select from registry.tenants for update"
        let statuses = try await statuses(of: bodies, behind: lock, fixture) {
          try await send(client, .put, Self.limits, $0)
        }
        #expect(statuses == [200, 200, 200, 200])
      }
    }

    @Test func ofRacingMovesForTheSameStateOneIsBegun() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        let tag = try await tag(client, Self.deployment)
        let bodies = Array(repeating: Self.dedicated, count: 4)
        let lock: PostgresQuery = "select from registry.tenants for update"
        let statuses = try await statuses(of: bodies, behind: lock, fixture) {
          try await send(client, .put, Self.deployment, $0, headers: [.ifMatch: tag])
        }
        #expect(statuses == [202, 412, 412, 412])
        #expect(try await actions(fixture) == ["tenant.register", "tenant.move"])
      }
    }

    /// Between two steps of one call somebody else has the tenant go back: who did not know of that
    /// does not undo it.
    @Test func aMoveForOneStateGivesWayToALaterOne() async throws {
      try await withAdmin { client, fixture in
        for slug in ["acme", "globex"] { try await fixture.register(slug) }
        _ = try await fixture.superuser.query(
          """
          create function registry.go_back() returns trigger language plpgsql as $$
          begin
            if (select count(*) from registry.audit_log
                where tenant_id = new.tenant_id and action = 'tenant.move') = 1 then
              update registry.tenants set isolation = 'shared' where id = new.tenant_id;
            end if;
            return null;
          end
          $$
          """)
        _ = try await fixture.superuser.query(
          """
          create trigger go_back after insert on registry.audit_log for each row
            when (new.action = 'tenant.move') execute function registry.go_back()
          """)
        let tag = try await tag(client, Self.deployment)
        let overtaken = try await send(
          client, .put, Self.deployment, Self.dedicated, headers: [.ifMatch: tag])
        #expect(overtaken.status == .conflict)
        #expect(try object(overtaken)["type"] as? String == "/problems/move-overtaken")
        let unconditional = try await send(
          client, .put, "/admin/tenants/globex/deployment", Self.dedicated)
        #expect(unconditional.status == .accepted)
        let kept = try object(try await send(client, .get, Self.deployment))
        #expect(kept["isolation"] as? String == "shared")
      }
    }

    @Test func aNodeIsMovedByOneOfThoseWhoKnowItAsItIs() async throws {
      try await withTemporaryPostgres { node in
        try await withAdmin { client, fixture in
          var login = fixture.superuserLogin
          (login.host, login.port) = (node.socketDirectory, node.port)
          try await fixture.bootstrap().apply(client: fixture.client, superuser: login)
          // The same server, by other names.
          func address(_ suffix: String) -> String {
            #""host":"\#(node.socketDirectory)\#(suffix)","port":\#(node.port)"#
          }
          let added = try await send(
            client, .post, "/admin/nodes", #"{"name":"second",\#(address(""))}"#)
          let tag = try #require(added.headers[.eTag])
          let path = "/admin/nodes/second"
          #expect(try await self.tag(client, path) == tag)
          let before = try await DatabaseFootprint(fixture.superuser)
          for headers: HTTPFields in [[.ifMatch: #""other""#], [.ifMatch: "W/" + tag]] {
            let refused = try await send(
              client, .patch, path, "{\(address("/."))}", headers: headers)
            #expect(refused.status == .preconditionFailed)
          }
          #expect(try await self.tag(client, path) == tag)
          #expect(try await DatabaseFootprint(fixture.superuser) == before)
          let bodies = ["/.", "/./.", "/"].map { "{\(address($0))}" }
          let lock: PostgresQuery = "lock table registry.nodes in share row exclusive mode"
          let statuses = try await statuses(of: bodies, behind: lock, fixture) {
            try await send(client, .patch, path, $0, headers: [.ifMatch: tag])
          }
          #expect(statuses == [200, 412, 412])
          #expect(try await actions(fixture) == ["node.add", "node.relocate"])
          #expect(try await self.tag(client, path) != tag)
        }
      }
    }
  }
}
