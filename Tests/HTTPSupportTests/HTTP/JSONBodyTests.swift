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
    var headers = HTTPFields()
    headers[.contentType] = contentType
    let (status, _, document) = try await post(body, headers: headers)
    return (status, document)
  }

  private static func post(
    _ body: String, headers: HTTPFields
  ) async throws -> (status: Int, headers: HTTPFields, document: Document?) {
    let router = Router()
    router.add(middleware: ErrorMiddleware())
    router.post("/") { request, _ in try await request.decodeJSON(Body.self, upTo: 100).slug }
    return try await Application(router: router).test(.router) { client in
      try await client.execute(
        uri: "/", method: .post, headers: headers, body: ByteBuffer(string: body)
      ) {
        ($0.status.code, $0.headers, try? JSONDecoder().decode(Document.self, from: $0.body))
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
    (#"{"slug":"a","slug":"a"}"#, ["slug is given twice"]),
    (#"{"slug":"a","slu\u0067":"b","slug":"c"}"#, ["slug is given twice"]),
    (#"{"slug":"a","limits":{"users":1,"users":2}}"#, ["limits.users is given twice"]),
    (#"[1,{"a":[{"b":0,"b":0}]}]"#, ["1.a.0.b is given twice"]),
  ])
  func faultyFieldsAreNamed(body: String, errors: [String]) async throws {
    let (status, document) = try await Self.post(body)
    #expect(status == 400)
    #expect(document?.type == "/problems/invalid-request")
    #expect(document?.errors?.map { "\($0.field) \($0.message)" } == errors)
  }

  @Test(arguments: [
    "", "{", "nonsense", #"{"slug":NaN}"#, "\u{0}", #"{"slug":"a",}"#, #"{"slug":"a"}x"#,
    "\u{FEFF}{\"slug\":\"a\"}", #"{"slug":"a" /* x */}"#, #"{'slug':'a'}"#,
    #"{slug:"a"}"#, "{\"slug\":\"a\tb\"}", #"{"slug":"\x41"}"#, #"{"slug":"\ud800"}"#,
    #"{"slug":"a","limits":{"users":01}}"#, #"{"slug":"a","limits":{"users":1.}}"#,
    #"{"slug":"a","limits":{"users":+1}}"#, #"{"slug":"a","limits":{"users":1,}}"#,
  ])
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

  @Test(arguments: [
    "application/json; charset=utf-8", "application/json;charset=UTF-8;",
    #"application/json; a="x;charset=utf-16\"" ; charset="Utf-8""#,
    "application/json; Charset=us-ascii", "application/json; charset-of-old=utf-16",
  ])
  func aTypeMayNameTheCharacterEncodingThatAllJSONIsIn(type: String) async throws {
    #expect(try await Self.post(#"{"slug":"a"}"#, contentType: type).status == 200)
  }

  @Test(arguments: [
    "application/json; charset=utf-16", #"application/json;a=b;CHARSET="ISO-8859-1""#,
    "application/json; charset=utf-8; charset=utf-16", "application/json; charset=",
  ])
  func anotherCharacterEncodingIsRefused(type: String) async throws {
    let (status, headers, document) = try await Self.post(
      #"{"slug":"a"}"#, headers: [.contentType: type])
    #expect(status == 415)
    #expect(document?.detail == "the body must be in UTF-8")
    #expect(headers[.acceptEncoding] == nil)
  }

  @Test(arguments: ["identity", "Identity", "", "identity, identity"])
  func aBodyMaySayThatItHasNoContentCoding(coding: String) async throws {
    let answer = try await Self.post(
      #"{"slug":"a"}"#, headers: [.contentType: "application/json", .contentEncoding: coding])
    #expect(answer.status == 200)
  }

  @Test(arguments: ["gzip", "GZIP", "identity, br", "none"])
  func aContentCodingIsRefused(coding: String) async throws {
    let (status, headers, document) = try await Self.post(
      #"{"slug":"a"}"#, headers: [.contentType: "application/json", .contentEncoding: coding])
    #expect(status == 415)
    #expect(document?.type == "/problems/unsupported-media-type")
    #expect(headers[.acceptEncoding] == "identity")
  }

  @Test func aBodyAboveTheLimitIsRefused() async throws {
    let long = String(repeating: "a", count: 100)
    #expect(try await Self.post(#"{"slug":"\#(long)"}"#).status == 413)
  }
}
