import AdminAPI
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
  private static let tenantPath = "Sources/FinanceAPI/HTTP/openapi.json"
  private static let adminPath = "Sources/AdminAPI/openapi.json"

  private func serve(_ body: @Sendable (RunningServer) async throws -> Void) async throws {
    try await #require(PreparedDatabase.fixture).serve { try await body($0) }
  }

  @Test func aTenantServesItToEverybodyByHostAndByPath() async throws {
    try await serve { server in
      try await server.addTenant("acme")
      let text = try Self.text(Self.tenantPath)
      for (host, path) in [("acme.localhost", ""), ("localhost", "/t/acme")] {
        let answer = try await server.call(host, path + "/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == ["application/json"])
        #expect(answer.body == text)
      }
    }
  }

  @Test func theAdminListenerServesItsOwnToThoseWithTheToken() async throws {
    try await serve { server in
      let answer = try await server.admin(.GET, "/admin/openapi.json")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == ["application/json"])
      #expect(try answer.body == Self.text(Self.adminPath))
      let stranger = try await server.admin(.GET, "/admin/openapi.json", token: "another")
      #expect(stranger.status == 401)
      #expect(stranger.problem == "unauthorized")
    }
  }

  @Test(arguments: [tenantPath, adminPath])
  func itIsOfThisRelease(_ path: String) throws {
    let info = try #require(Self.document(path)["info"] as? [String: Any])
    #expect(info["version"] as? String == Terrace.version)
  }

  @Test func itNamesEveryPathOfATenant() throws {
    let routes = FinanceRouter.make(FinanceEnvironment()).routes
    #expect(Set(routes.map { Self.template($0.path) }) == Set(try Self.paths(Self.tenantPath).keys))
  }

  @Test func itNamesEveryRouteOfTheAdmin() throws {
    let routes = try adminRouter().routes.map {
      "\($0.method.rawValue) \(Self.template($0.path))"
    }
    let documented = try Self.paths(Self.adminPath).flatMap { path, item in
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
      owner: owner, masterKeys: fixture.masterKeys, tenantMigrations: FinanceMigrations.all,
      logger: ServerFixture.logger)
    let router = Router(context: AdminRequestContext.self)
    let admin = AdminRoutes(
      administration: administration, nodes: NodeAdministration(owner: owner),
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

  private static func paths(_ path: String) throws -> [String: [String: Any]] {
    try #require(document(path)["paths"] as? [String: [String: Any]])
  }

  private static func document(_ path: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(text(path).utf8)) as? [String: Any])
  }

  private static func text(_ path: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized
    return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }
}
