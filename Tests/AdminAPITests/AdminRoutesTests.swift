import EmbeddedPostgres
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import RegistryTestSupport
import Testing

@testable import AdminAPI
@testable import TenantRegistry

extension AdminAPITests {
  @Suite struct AdminRoutesTests {
    @Test func registersATenantAndAnswersTheSameBodyAgain() async throws {
      try await withAdmin { client, _ in
        let request =
          #"{"slug":"acme","display_name":"Acme","time_zone":"Europe/Zurich","currency":"CHF"}"#
        let created = try await send(client, .post, "/admin/tenants", request)
        #expect(created.status == .created)
        #expect(created.headers[.location] == "/admin/tenants/acme")
        var body = try object(created)
        #expect((body.removeValue(forKey: "created_at") as? String)?.hasSuffix("Z") == true)
        let expected: JSONObject = [
          "slug": "acme", "display_name": "Acme", "state": "active", "isolation": "shared",
          "served_by": "shared",
          "base_url": "http://acme.localhost:8080", "path_url": "http://localhost:8080/t/acme",
          "schema": "t_acme", "role": "t_acme", "cell": 1, "namespace": "tenant-acme",
          "time_zone": "Europe/Zurich", "currency": "CHF", "registration": "open",
          "schema_version": 1,
        ]
        #expect(body as NSDictionary == expected as NSDictionary)
        let again = try await send(client, .post, "/admin/tenants", request)
        #expect(again.status == .ok)
        #expect(again.body == created.body)
        let shown = try await send(client, .get, "/admin/tenants/acme")
        #expect(shown.status == .ok)
        #expect(shown.body == created.body)
      }
    }

    @Test func theAuditLogNamesTheTokenThatCame() async throws {
      try await withAdmin { client, fixture in
        for (slug, token) in [("acme", "Bearer s3cret"), ("globex", "Bearer another-s3cret")] {
          let created = try await send(
            client, .post, "/admin/tenants", #"{"slug":"\#(slug)","display_name":"A"}"#,
            token: token)
          #expect(created.status == .created)
        }
        let actors: [String] = try await fixture.owner.query(
          "select actor from registry.audit_log where action = 'tenant.register' order by id"
        ).map { try $0.decode(0) }
        #expect(actors == ["admin", "second"])
      }
    }

    @Test func aNoteIsKeptForAdmins() async throws {
      try await withAdmin { client, _ in
        let request = #"{"slug":"acme","display_name":"Acme","note":"Pays by the year"}"#
        let created = try await send(client, .post, "/admin/tenants", request)
        #expect(created.status == .created)
        #expect(try object(created)["note"] as? String == "Pays by the year")
        let again = try await send(client, .post, "/admin/tenants", request)
        #expect(again.body == created.body)
        let other = try await send(
          client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"Acme"}"#)
        #expect(try fields(other) == ["note"])
        for note in [String(repeating: "a", count: 501), #"a\u0007"#] {
          let refused = try await send(
            client, .post, "/admin/tenants",
            #"{"slug":"globex","display_name":"Globex","note":"\#(note)"}"#)
          #expect(refused.status == .unprocessableContent)
          #expect(try fields(refused) == ["note"])
        }
      }
    }

    @Test func anotherBodyForATakenSlugIs409() async throws {
      try await withAdmin { client, _ in
        _ = try await send(client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"A"}"#)
        let response = try await send(
          client, .post, "/admin/tenants",
          #"{"slug":"acme","display_name":"B","isolation":"dedicated"}"#)
        #expect(response.status == .conflict)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(try fields(response) == ["display_name", "isolation"])
      }
    }

    @Test func namesEveryBadFieldAtOnce() async throws {
      try await withAdmin { client, _ in
        let response = try await send(
          client, .post, "/admin/tenants",
          #"{"slug":"www","time_zone":"x","currency":7,"isolation":"x","registration":[]}"#)
        #expect(response.status == .badRequest)
        #expect(
          Set(try fields(response))
            == ["slug", "display_name", "time_zone", "currency", "isolation", "registration"])
        let unknown = try await send(
          client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"A","colour":"red"}"#)
        #expect(unknown.status == .badRequest)
        #expect(try fields(unknown) == ["colour"])
      }
    }

    @Test func whatIsMissingIs400AndAValueThatIsNotAllowedIs422OnEveryRoute() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        for (method, path, body, status, field) in [
          (HTTPRequest.Method.post, "tenants", "{}", HTTPResponse.Status.badRequest, "slug"),
          (.post, "tenants", #"{"slug":"b","display_name":1}"#, .badRequest, "display_name"),
          (.post, "tenants", #"{"slug":"www","display_name":"B"}"#, .unprocessableContent, "slug"),
          (.post, "nodes", "{}", .badRequest, "name"),
          (.post, "nodes", #"{"name":"-","host":"a"}"#, .unprocessableContent, "name"),
          (.patch, "nodes/primary", "{}", .badRequest, "host"),
          (.patch, "nodes/primary", #"{"host":"a\u202eb"}"#, .unprocessableContent, "host"),
          (.put, "tenants/acme/deployment", "{}", .badRequest, "served_by"),
          (
            .put, "tenants/acme/deployment", #"{"served_by":"x"}"#, .unprocessableContent,
            "served_by"
          ),
          (.put, "tenants/acme/limits", #"{"queue":"1"}"#, .badRequest, "queue"),
          (.put, "tenants/acme/limits", #"{"queue":0}"#, .unprocessableContent, "queue"),
        ] {
          let response = try await send(client, method, "/admin/\(path)", body)
          #expect(response.status == status, "\(method) \(path) \(body)")
          #expect(try fields(response).first == field, "\(method) \(path) \(body)")
        }
      }
    }

    @Test func aFieldThatIsGivenTwiceIsRefusedAndNothingIsRegistered() async throws {
      try await withAdmin { client, _ in
        let response = try await send(
          client, .post, "/admin/tenants", #"{"slug":"acme","slug":"globex","display_name":"A"}"#)
        #expect(response.status == .badRequest)
        #expect(try fields(response) == ["slug"])
        let list = try object(try await send(client, .get, "/admin/tenants"))
        #expect((list["tenants"] as? [JSONObject])?.count == 0)
      }
    }

    @Test func refusesWhatIsNoObject() async throws {
      try await withAdmin { client, _ in
        for body in ["", "{", "[]", "null", "\"x\"", "{\"slug\"}"] {
          let response = try await send(client, .post, "/admin/tenants", body)
          #expect(response.status == .badRequest, "\(body)")
          #expect(response.headers[.contentType] == "application/problem+json")
        }
      }
    }

    @Test func refusesAnotherMediaTypeAndAnotherMethod() async throws {
      try await withAdmin { client, _ in
        let text = try await client.execute(
          uri: "/admin/tenants", method: .post, headers: [.authorization: "Bearer s3cret"],
          body: ByteBuffer(string: "slug=acme"))
        #expect(text.status == .unsupportedMediaType)
        let wrong = try await send(client, .delete, "/admin/tenants/acme")
        #expect(wrong.status == .methodNotAllowed)
        #expect(wrong.headers[.allow] == "GET, HEAD")
      }
    }

    @Test func withoutTheTokenEverythingIs401() async throws {
      try await withAdmin { client, _ in
        let tokens = [
          nil, "", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets", "Basic s3cret", "s3cret",
        ]
        for (method, path) in [
          (HTTPRequest.Method.post, "/admin/tenants"), (.get, "/admin/tenants"),
          (.get, "/admin/tenants/acme"),
        ] {
          for token in tokens {
            let response = try await send(client, method, path, "{}", token: token)
            #expect(response.status == .unauthorized, "\(token ?? "none")")
            #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
          }
        }
      }
    }

    @Test func listsInPagesByStateAndPrefix() async throws {
      try await withAdmin { client, fixture in
        for slug in ["b2", "a1", "b-1", "b10", "c1"] { try await fixture.register(slug) }
        _ = try await fixture.owner.query(
          "update registry.tenants set state = 'suspended' where schema_name = 't_b2'")

        func slugs(_ query: String) async throws -> ([String], String?) {
          let response = try await send(client, .get, "/admin/tenants" + query)
          #expect(response.status == .ok)
          let page = try object(response)
          let tenants = try #require(page["tenants"] as? [JSONObject])
          return (tenants.compactMap { $0["slug"] as? String }, page["next_cursor"] as? String)
        }
        #expect(try await slugs("") == (["a1", "b-1", "b10", "b2", "c1"], nil))
        #expect(try await slugs("?prefix=b&state=active") == (["b-1", "b10"], nil))
        #expect(try await slugs("?state=suspended") == (["b2"], nil))
        var seen: [String] = []
        var cursor: String? = ""
        while let current = cursor {
          let (page, next) = try await slugs(
            "?limit=2" + (current.isEmpty ? "" : "&cursor=\(current)"))
          seen += page
          cursor = next
        }
        #expect(seen == ["a1", "b-1", "b10", "b2", "c1"])
      }
    }

    @Test func aBadQueryNamesEveryParameterThatIsWrong() async throws {
      try await withAdmin { client, _ in
        let response = try await send(
          client, .get, "/admin/tenants?limit=201&cursor=%25&state=gone&prefix=A_&colour=red")
        #expect(response.status == .badRequest)
        #expect(Set(try fields(response)) == ["limit", "cursor", "state", "prefix", "colour"])
        let twice = try await send(client, .get, "/admin/tenants?limit=1&limit=2")
        #expect(try fields(twice) == ["limit"])
      }
    }

    @Test func aNodeIsAddedListedAndMoved() async throws {
      try await withTemporaryPostgres { node in
        try await withAdmin { client, fixture in
          var login = fixture.superuserLogin
          (login.host, login.port) = (node.socketDirectory, node.port)
          try await fixture.bootstrap().apply(client: fixture.client, superuser: login)
          func address(_ host: String) -> String { #""host":"\#(host)","port":\#(node.port)"# }
          let added = try await send(
            client, .post, "/admin/nodes", #"{"name":"second",\#(address(node.socketDirectory))}"#)
          #expect(added.status == .created)
          let elsewhere = node.socketDirectory + "/."
          let moved = try await send(
            client, .patch, "/admin/nodes/second", "{\(address(elsewhere))}")
          #expect(moved.status == .ok)
          #expect(try object(moved)["host"] as? String == elsewhere)
          let list =
            try object(try await send(client, .get, "/admin/nodes"))["nodes"] as? [JSONObject]
          #expect(list?.map { $0["host"] as? String } == [nil, elsewhere])
          for (name, status) in [
            ("nobody", HTTPResponse.Status.notFound), ("primary", .conflict),
          ] {
            let answer = try await send(
              client, .patch, "/admin/nodes/\(name)", "{\(address(elsewhere))}")
            #expect(answer.status == status)
          }
          let wrong = try await send(
            client, .patch, "/admin/nodes/second", #"{"host":"","port":0}"#)
          #expect(wrong.status == .unprocessableContent)
          #expect(try fields(wrong) == ["host", "port"])
        }
      }
    }

    @Test func anUnknownTenantIs404() async throws {
      try await withAdmin { client, _ in
        for slug in ["nobody", "%27%3B", "NOBODY", "nobod%79", "%256eobody"] {
          let response = try await send(client, .get, "/admin/tenants/\(slug)")
          #expect(response.status == .notFound, "\(slug)")
        }
      }
    }

    @Test func aNameInThePathMayBePercentEncoded() async throws {
      try await withAdmin { client, fixture in
        try await fixture.register("acme")
        for (method, path, body, status) in [
          (HTTPRequest.Method.get, "tenants/acm%65", nil, HTTPResponse.Status.ok),
          (.get, "tenants/%61%63%6D%65/deployment", nil, .ok),
          (.put, "tenants/a%63me/limits", #"{"queue":1}"#, .ok),
          (.put, "tenants/acm%65/deployment", #"{"served_by":"shared"}"#, .ok),
          (.post, "tenants/acm%65/credentials", nil, .created),
          (.get, "nodes/prim%61ry", nil, .ok),
          (.patch, "nodes/prim%61ry", #"{"host":"elsewhere"}"#, .conflict),
        ] {
          let response = try await send(client, method, "/admin/\(path)", body)
          #expect(response.status == status, "\(method) \(path)")
        }
      }
    }

    @Test func aNameInThePathThatIsNoTextIs400AndNamed() async throws {
      try await withAdmin { client, _ in
        for value in ["%", "%zz", "acm%6", "acme%FF", "acme%00"] {
          for (path, name) in [("tenants/\(value)", "slug"), ("nodes/\(value)", "name")] {
            let response = try await send(client, .get, "/admin/\(path)")
            #expect(response.status == .badRequest, "\(path)")
            #expect(try fields(response) == [name])
          }
        }
      }
    }

    @Test func aSilentGatewayMakesIt202ThatNamesIt() async throws {
      try await withAdmin { client, fixture in
        try await fixture.directory(name: "silent").synchronize()
        let response = try await send(
          client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"A"}"#)
        #expect(response.status == .accepted)
        #expect(try object(response)["pending_gateways"] as? [String] == ["silent"])
      }
    }

    @Test func aDatabaseThatIsAwayIs503WithRetryAfter() async throws {
      try await withAdmin { client, fixture in
        await fixture.server.stop(.immediate)
        let response = try await send(
          client, .post, "/admin/tenants", #"{"slug":"acme","display_name":"A"}"#)
        try await fixture.server.restart()
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] != nil)
      }
    }
  }
}
