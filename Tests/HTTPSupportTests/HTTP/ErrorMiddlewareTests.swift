import Foundation
import HTTPSupport
import Hummingbird
import HummingbirdTesting
import PostgresClient
import Testing

struct ErrorMiddlewareTests {
  private struct Unknown: Error {}

  private static func application(
    _ handler: @escaping @Sendable () throws -> String
  ) -> some ApplicationProtocol {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: ErrorMiddleware())
    router.get("thing") { _, _ in try handler() }
    router.post("thing") { _, _ in try handler() }
    router.refuseOtherMethods()
    return Application(router: router)
  }

  private struct Document: Decodable {
    let type: String
    let status: Int
    let detail: String?
    let requestID: String

    enum CodingKeys: String, CodingKey {
      case type, status, detail
      case requestID = "request_id"
    }
  }

  private static func problem(
    _ uri: String = "/thing", method: HTTPRequest.Method = .get,
    throwing handler: @escaping @Sendable () throws -> String
  ) async throws -> (document: Document, headers: HTTPFields) {
    try await application(handler).test(.router) { client in
      try await client.execute(uri: uri, method: method) { response in
        #expect(response.headers[.contentType] == "application/problem+json")
        let document = try JSONDecoder().decode(Document.self, from: response.body)
        #expect(document.status == response.status.code)
        #expect(!document.requestID.isEmpty)
        return (document, response.headers)
      }
    }
  }

  @Test func aPathThatIsNotThereIsAProblem() async throws {
    let (document, _) = try await Self.problem("/nothing") { "" }
    #expect(document.status == 404)
    #expect(document.type == "/problems/not-found")
  }

  @Test(arguments: [HTTPRequest.Method.delete, .put, .patch, .options])
  func anotherMethodIsRefusedWithThoseAllowed(method: HTTPRequest.Method) async throws {
    let (document, headers) = try await Self.problem(method: method) { "" }
    #expect(document.status == 405)
    #expect(headers[.allow] == "GET, HEAD, POST")
  }

  @Test func headIsAnsweredWhereGetIs() async throws {
    try await Self.application { "text" }.test(.router) { client in
      try await client.execute(uri: "/thing", method: .head) { #expect($0.status == .ok) }
    }
  }

  @Test func anUnknownErrorTellsNothing() async throws {
    let (document, _) = try await Self.problem { throw Unknown() }
    #expect(document.status == 500)
    #expect(document.detail == nil)
  }

  @Test func aProblemKeepsItsTypeAndHeaders() async throws {
    let (document, headers) = try await Self.problem {
      throw Problem.unavailable(type: "tenant-busy", title: "Busy", retryAfter: 7)
    }
    #expect(document.type == "/problems/tenant-busy")
    #expect(headers[.retryAfter] == "7")
  }

  @Test func aTextErrorKeepsItsBody() async throws {
    try await Self.application { throw TextError(.badRequest, "no such period") }.test(.router) {
      try await $0.execute(uri: "/thing", method: .get) { response in
        #expect(response.status == .badRequest)
        #expect(response.headers[.contentType] == "text/html; charset=utf-8")
        #expect(String(buffer: response.body) == "no such period")
      }
    }
  }

  @Test(arguments: [
    (PostgresError(code: .connectFailed), 503), (PostgresError(code: .queueFull), 503),
    (PostgresError(code: .statementTimeout), 503), (PostgresError(code: .decoding), 500),
    (PostgresError(code: .server, sqlState: "23505"), 409),
    (PostgresError(code: .server, sqlState: "23514"), 422),
    (PostgresError(code: .server, sqlState: "22003"), 422),
    (PostgresError(code: .server, sqlState: "40001"), 503),
    (PostgresError(code: .server, sqlState: "57P01"), 503),
    (PostgresError(code: .server, sqlState: "42501"), 500),
    (PostgresError(code: .server, sqlState: "42P01", detail: "secret"), 500),
  ])
  func databaseErrorsMapByCode(error: PostgresError, status: Int) async throws {
    let (document, headers) = try await Self.problem { throw error }
    #expect(document.status == status)
    #expect((headers[.retryAfter] != nil) == (status == 503))
    #expect(document.detail == nil)
  }
}
