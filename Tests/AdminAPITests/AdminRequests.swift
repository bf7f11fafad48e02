import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import RegistryTestSupport
import TenantRegistry
import Testing

@testable import AdminAPI

/// The tests of the admin routes, each on a registry of its own.
@Suite(.servers) enum AdminAPITests {}

typealias JSONObject = [String: Any]

/// Runs `body` with a client of the admin routes of a registry of its own.
func withAdmin(
  _ body: @escaping @Sendable (any TestClientProtocol, RegistryFixture) async throws -> Void
) async throws {
  try await withRegistry { fixture in
    try await withAdmin(of: fixture) { try await body($0, fixture) }
  }
}

/// Runs `body` with a client of admin routes that know nothing but the registry.
func withAdmin<R: Sendable>(
  of fixture: RegistryFixture, administration: TenantAdministration? = nil,
  baseDomain: String = "localhost",
  _ body: @escaping @Sendable (any TestClientProtocol) async throws -> R
) async throws -> R {
  let router = Router(context: AdminRequestContext.self, options: .autoGenerateHeadEndpoints)
  router.add(middleware: ErrorMiddleware())
  AdminRoutes(
    administration: administration ?? fixture.administration, nodes: fixture.nodes,
    operations: TenantOperations(owner: fixture.owner),
    urls: TenantURLs(scheme: "http", baseDomain: baseDomain, port: 8080),
    tokens: [AdminToken("s3cret"), AdminToken("another-s3cret", name: "second")]
  ).addRoutes(to: router)
  router.refuseOtherMethods()
  return try await Application(router: router, logger: RegistryFixture.logger)
    .test(.router) { try await body($0) }
}

func send(
  _ client: any TestClientProtocol, _ method: HTTPRequest.Method, _ path: String,
  _ json: String? = nil, token: String? = "Bearer s3cret", headers: HTTPFields = [:]
) async throws -> TestResponse {
  var headers = headers
  headers[.authorization] = token
  if json != nil { headers[.contentType] = "application/json" }
  return try await client.execute(
    uri: path, method: method, headers: headers, body: json.map { ByteBuffer(string: $0) })
}

func object(_ response: TestResponse) throws -> JSONObject {
  try #require(
    JSONSerialization.jsonObject(with: Data(buffer: response.body)) as? JSONObject)
}

/// The fields that a problem document names.
func fields(_ response: TestResponse) throws -> [String] {
  try #require(try object(response)["errors"] as? [JSONObject]).compactMap {
    $0["field"] as? String
  }
}
