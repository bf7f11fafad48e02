import Foundation
import HTTPSupport
import NIOCore
import Testing

struct OpenAPIFragmentTests {
  private func document(_ fragments: String...) throws -> String {
    String(buffer: try OpenAPIDocument(fragments.map { Array($0.utf8) }).body)
  }

  @Test func fragmentsAreMergedInTheirOrder() throws {
    let text = try document(
      #"{"openapi":"3.1.0","tags":[{"name":"b"}],"paths":{"/b":{"get":{}}}}"#,
      #"{"tags":[{"name":"a"}],"paths":{"/a":{"get":{}},"/b":{"put":{}}},"components":{}}"#)
    #expect(
      text == """
        {
          "openapi": "3.1.0",
          "tags": [
            {
              "name": "b"
            },
            {
              "name": "a"
            }
          ],
          "paths": {
            "/b": {
              "get": {},
              "put": {}
            },
            "/a": {
              "get": {}
            }
          },
          "components": {}
        }

        """)
  }

  @Test func stringsAndNumbersStayAsTheyWereWritten() throws {
    let scalars = [
      #""a \"quoted\" [é]\\""#, #""""#, "1250.50", "-1e-7", "999999999999999999999", "true", "null",
    ]
    let text = try document("{ \"all\" : [ \(scalars.joined(separator: " ,\n")) ] }")
    #expect(text == "{\n  \"all\": [\n    \(scalars.joined(separator: ",\n    "))\n  ]\n}\n")
  }

  @Test func nothingIsSaidTwice() {
    for (first, second, place) in [
      (#"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#, "#/a/b"), (#"{"a":[]}"#, #"{"a":{}}"#, "#/a"),
    ] {
      #expect(throws: OpenAPIDocument.InvalidFragment.saidTwice(place)) {
        try document(first, second)
      }
    }
  }

  @Test(arguments: [
    "", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{a:1}"#, "[1", "{} {}",
    #"{"a":[1 2]}"#,
  ])
  func aFragmentThatIsNoJSONIsRefused(text: String) {
    #expect(throws: OpenAPIDocument.InvalidFragment.self) { try document(text) }
  }
}
