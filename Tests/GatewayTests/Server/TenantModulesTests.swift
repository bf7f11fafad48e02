import HTTPSupport
import Hummingbird
import Logging
import PostgresClient
import Tenancy
import Testing

@testable import Gateway

struct TenantModulesTests {
  /// A module with one route, which fails.
  private struct Failing: TenantModule {
    struct Failure: Error {}

    static let migrations: Migrations = []
    let root: String

    var roots: Set<String> { [root] }

    func addRoutes(to router: Router<TenantContext>) {
      router.get("\(root)/fail") { _, _ -> Response in throw Failure() }
    }

    func response(
      to error: any Error, of request: Request, in context: TenantContext
    ) -> Response {
      Response.text("\(root) failed by \(type(of: error))", status: .badGateway)
    }
  }

  @Test func migrationsAreNumberedThroughAllModules() {
    let numbers = TenantModules.migrations.map(\.number)
    #expect(numbers == Array(1...numbers.count))
  }

  @Test(arguments: [
    ("/a/fail", "a failed by Failure"), ("/b/fail", "b failed by Failure"),
    ("/b/nothing", "b failed by HTTPError"), ("/c", nil),
  ])
  func eachModuleTellsOfItsOwnErrors(path: String, text: String?) async throws {
    let router = TenantRouter.make([Failing(root: "a"), Failing(root: "b")])
    let client = PostgresClient(logger: Logger(label: "test"))
    defer { client.close() }
    let tokens = NoTokens()
    let context = TenantContext(
      source: .init(
        tenant: Tenant(
          id: TenantID(), slug: "acme", displayName: "Acme", timeZone: "UTC", currency: "EUR",
          registration: .open),
        database: client.database(PostgresLogin(host: "/none", database: "none", user: "none")),
        tokenIssuer: tokens, tokenVerifier: tokens, peer: "", baseURL: { "" }, bodyLimit: 0,
        logger: Logger(label: "test")))
    let response = try await router.buildResponder().respond(
      to: Request(
        head: .init(method: .get, scheme: nil, authority: nil, path: path),
        body: .init(buffer: .init())), context: context)
    if let text {
      #expect(response.status == .badGateway)
      #expect(response.body.contentLength == text.utf8.count)
    } else {
      #expect(response.headers[.contentType] == "application/problem+json")
      #expect(response.status == .notFound)
    }
  }
}

private struct NoTokens: TokenIssuer, TokenVerifier {
  func issueToken(for claims: TokenClaims) async throws -> String { throw InvalidToken() }
  func verify(_ token: String) async throws(InvalidToken) -> TokenClaims { throw InvalidToken() }
}
