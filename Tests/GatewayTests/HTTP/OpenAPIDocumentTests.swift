import AdminAPI
import Finance
import Foundation
import HTTPSupport
import Hummingbird
import PostgresClient
import Testing

@testable import FinanceAPI
@testable import Gateway
@testable import TenantRegistry

/// `GET /openapi.json` of a tenant, and `GET /admin/openapi.json`. That they are true is for
/// `Tests/http` to tell.
@Suite(.preparedDatabase) struct OpenAPIDocumentTests {
  private func serve(_ body: @Sendable (RunningServer) async throws -> Void) async throws {
    try await #require(PreparedDatabase.fixture).serve { try await body($0) }
  }

  @Test func aTenantServesItToEverybodyByHostAndByPath() async throws {
    try await serve { server in
      try await server.addTenant("acme")
      for (host, path) in [("acme.localhost", ""), ("localhost", "/t/acme")] {
        let answer = try await server.call(host, path + "/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == ["application/json"])
        #expect(answer.body == APIDocument.tenant.text)
      }
    }
  }

  @Test func theAdminListenerServesItsOwnToThoseWithTheToken() async throws {
    try await serve { server in
      let answer = try await server.admin(.GET, "/admin/openapi.json")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == ["application/json"])
      #expect(answer.body == APIDocument.admin.text)
      let stranger = try await server.admin(.GET, "/admin/openapi.json", token: "another")
      #expect(stranger.status == 401)
      #expect(stranger.problem == "unauthorized")
    }
  }

  @Test(arguments: APIDocument.allCases)
  func itIsOfThisRelease(_ document: APIDocument) throws {
    let info = try #require(document.parsed()["info"] as? [String: Any])
    #expect(info["version"] as? String == Terrace.version)
  }

  /// It is put together from fragments.
  @Test(arguments: APIDocument.allCases)
  func whatItRefersToIsThereAndNoComponentIsUnused(_ document: APIDocument) throws {
    let parsed = try document.parsed()
    let references = APIDocument.references(in: parsed)
    for reference in references {
      #expect(APIDocument.resolve(reference, in: parsed) != nil, "\(reference) is nowhere")
    }
    let components = try #require(parsed["components"] as? [String: [String: Any]])
    for (section, members) in components where section != "securitySchemes" {
      for name in members.keys {
        #expect(references.contains("#/components/\(section)/\(name)"), "\(name) is not used")
      }
    }
  }

  @Test func itNamesEveryPathOfATenant() throws {
    let environment = FinanceEnvironment()
    let routes = TenantRouter.make([FinanceModule(environment), V1Module(environment)]).routes
    #expect(Set(routes.map { Self.template($0.path) }) == Set(try APIDocument.tenant.paths().keys))
  }

  @Test func itNamesEveryRouteOfTheAdmin() throws {
    let routes = try adminRouter().routes.map {
      "\($0.method.rawValue) \(Self.template($0.path))"
    }
    let documented = try APIDocument.admin.paths().flatMap { path, item in
      item.keys.filter { $0 != "parameters" }.map { "\($0.uppercased()) \(path)" }
    }
    #expect(Set(routes) == Set(documented))
  }

  /// A router with all routes of the admin listener. Nothing is asked of it.
  private func adminRouter() throws -> Router<AdminRequestContext> {
    let fixture = try #require(PreparedDatabase.fixture)
    let client = PostgresClient(logger: ServerFixture.logger)
    defer { client.close() }
    let owner = client.database(fixture.login("terrace_owner", "owner"))
    let administration = TenantAdministration(
      owner: owner, masterKeys: fixture.masterKeys, tenantMigrations: TenantModules.migrations,
      logger: ServerFixture.logger)
    let router = Router(context: AdminRequestContext.self)
    let admin = AdminRoutes(
      administration: administration, nodes: DatabaseServerAdministration(owner: owner),
      operations: TenantOperations(owner: owner),
      urls: TenantURLs(scheme: "http", baseDomain: "localhost", port: 8080),
      tokens: [AdminToken(ServerFixture.adminToken)]
    ).addRoutes(to: router)
    ManifestRoutes(
      administration: administration,
      configuration: try ManifestConfiguration(ConfigurationSource(environment: [:]))
    ).addRoutes(to: admin)
    return router
  }

  /// The path as OpenAPI writes it.
  private static func template(_ path: RouterPath) -> String {
    path.description.replacing(/:(\w+)/) { "{\($0.1)}" }
  }
}
