import Foundation
import HTTPSupport
import Hummingbird
import HummingbirdTesting
import Testing

struct JSONBodyTests {
  private struct Body: StrictBody {
    struct Limits: Decodable {
      let users: Int
    }
    let slug: String
    let displayName: String?
    let limits: Limits?

    enum CodingKeys: String, CodingKey, CaseIterable {
      case slug, limits
      case displayName = "display_name"
    }
  }

  private struct Document: Decodable {
    let type: String
    let detail: String?
    let errors: [Problem.FieldError]?
  }

  private static func post(
    _ body: String, contentType: String? = "application/json"
  ) async throws -> (status: Int, document: Document?) {
    let router = Router()
    router.add(middleware: ErrorMiddleware())
    router.post("/") { request, _ in try await request.decodeJSON(Body.self, upTo: 100).slug }
    return try await Application(router: router).test(.router) { client in
      var headers = HTTPFields()
      headers[.contentType] = contentType
      return try await client.execute(
        uri: "/", method: .post, headers: headers, body: ByteBuffer(string: body)
      ) {
        ($0.status.code, try? JSONDecoder().decode(Document.self, from: $0.body))
      }
    }
  }

  @Test func aBodyWithKnownFieldsIsDecoded() async throws {
    #expect(try await Self.post(#"{"slug":"acme","display_name":"Acme"}"#).status == 200)
    let parameters = try await Self.post(#"{"slug":"a"}"#, contentType: "Application/JSON ; a=b")
    #expect(parameters.status == 200)
  }

  @Test(arguments: [
    (
      #"{"slug":"a","zeta":1,"alpha":null}"#,
      ["alpha is not a known field", "zeta is not a known field"]
    ),
    ("{}", ["slug is required"]),
    (#"{"slug":1}"#, ["slug must be a string"]),
    (#"{"slug":null}"#, ["slug must be a string, not null"]),
    (#"{"slug":"a","limits":{"users":"x"}}"#, ["limits.users must be an integer"]),
    (#"{"slug":"a","limits":[]}"#, ["limits must be an object"]),
  ])
  func faultyFieldsAreNamed(body: String, errors: [String]) async throws {
    let (status, document) = try await Self.post(body)
    #expect(status == 400)
    #expect(document?.type == "/problems/invalid-request")
    #expect(document?.errors?.map { "\($0.field) \($0.message)" } == errors)
  }

  @Test(arguments: ["", "{", "nonsense", #"{"slug":NaN}"#, "\u{0}", #"{"slug":"a",}"#])
  func whatIsNotJSONIsRefused(body: String) async throws {
    let (status, document) = try await Self.post(body)
    #expect(status == 400)
    #expect(document?.type == "/problems/malformed-json")
  }

  @Test(arguments: ["[]", "null", "1", #""slug""#])
  func whatIsNotAnObjectIsRefused(body: String) async throws {
    let (status, document) = try await Self.post(body)
    #expect(status == 400)
    #expect(document?.detail?.hasPrefix("the body must be an object") == true)
  }

  @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", nil])
  func anotherMediaTypeIsRefused(type: String?) async throws {
    #expect(try await Self.post(#"{"slug":"a"}"#, contentType: type).status == 415)
  }

  @Test func aBodyAboveTheLimitIsRefused() async throws {
    let long = String(repeating: "a", count: 100)
    #expect(try await Self.post(#"{"slug":"\#(long)"}"#).status == 413)
  }
}
