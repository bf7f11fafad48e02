import HTTPSupport
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FinanceAPI

struct ReferenceTests {
  private func reference(_ json: String) throws -> APIReference {
    APIReference(try OpenAPIDocument([Array(json.utf8)]).content)
  }

  private func body(of schema: String) throws -> APIReference.Content {
    let reference = try reference(
      #"""
      {"tags":[{"name":"things"}],"paths":{"/things":{"post":{"operationId":"add","tags":["things"],
        "requestBody":{"content":{"application/json":{"schema":\#(schema)}}}}}},
       "components":{"schemas":{
        "Id":{"type":"string","pattern":"^[1-9]+$","description":"An id."},
        "Tree":{"type":"object","properties":{"children":{"type":"array",
          "items":{"$ref":"#/components/schemas/Tree"}}}}}}}
      """#)
    return try #require(reference.sections.first?.operations.first?.bodies.first)
  }

  private func field(_ schema: String) throws -> ReferenceField {
    try #require(body(of: #"{"properties":{"it":\#(schema)}}"#).fields.first)
  }

  @Test(arguments: [
    (#"{"type":"string"}"#, "text"), (#"{"type":["string","null"]}"#, "text or null"),
    (##"{"$ref":"#/components/schemas/Id"}"##, "id"),
    (#"{"type":["string","null"],"pattern":"^[1-9]+$"}"#, "id or null"),
    (#"{"type":"string","format":"date"}"#, "date"),
    (#"{"type":"string","format":"date-time"}"#, "instant"),
    (#"{"type":"array","items":{"type":"integer"}}"#, "list of integer"),
    (#"{"enum":["a","b"]}"#, "choice"), (#"{"enum":["a",null]}"#, "choice or null"),
    (##"{"oneOf":[{"$ref":"#/components/schemas/Id"},{"type":"null"}]}"##, "id or null"),
    (#"{"anyOf":[{"type":"string"},{"type":"string","maxLength":1}]}"#, "text"),
    (#"{}"#, "anything"),
  ])
  func aTypeIsNamedInWords(schema: String, type: String) throws {
    #expect(try field(schema).type == type)
  }

  @Test(arguments: [
    (#"{"type":"string","minLength":1,"maxLength":100}"#, ["1 to 100 characters"]),
    (#"{"type":"string","maxLength":9}"#, ["at most 9 characters"]),
    (#"{"type":"array","items":{},"minItems":2,"maxItems":2}"#, ["exactly 2 elements"]),
    (#"{"type":"integer","minimum":0}"#, ["at least 0"]),
    (#"{"exclusiveMinimum":0}"#, ["more than 0"]),
    (#"{"enum":["a",null],"default":"a"}"#, ["a, null", "a if left out"]),
    (#"{"type":"string","pattern":"^x$"}"#, ["matches ^x$"]),
    (##"{"$ref":"#/components/schemas/Id"}"##, []),
  ])
  func limitsAreSaid(schema: String, limits: [String]) throws {
    let texts = try field(schema).limits.map { $0.spans.map(\.text).joined() }
    #expect(texts == limits)
  }

  @Test func whatIsNamedIsDescribedWhereTheFieldSaysNothing() throws {
    #expect(
      try field(##"{"$ref":"#/components/schemas/Id"}"##).description == [ReferenceText("An id.")])
    #expect(
      try field(##"{"$ref":"#/components/schemas/Id","description":"Its id."}"##).description
        == [ReferenceText("Its id.")])
  }

  @Test func aSchemaInsideOfItselfIsShownOnce() throws {
    let body = try body(of: ##"{"$ref":"#/components/schemas/Tree"}"##)
    #expect(body.fields.map(\.name) == ["children"])
    #expect(body.fields.first?.type == "list of the same again")
    #expect(body.fields.first?.fields.isEmpty == true)
  }

  @Test func textIsCutWhereCodeBeginsAndEnds() {
    #expect(
      ReferenceText("Send `a` or `b`.").spans.map(\.isCode) == [false, true, false, true, false])
    #expect(
      ReferenceText.paragraphs("One.\n\nTwo.") == [ReferenceText("One."), ReferenceText("Two.")])
    #expect(ReferenceText.paragraphs(nil).isEmpty)
  }

  @Test func whateverTheDocumentSaysIsEscaped() throws {
    let evil = #"<script>alert('&')</script>"#
    let reference = try reference(
      #"""
      {"info":{"title":"\#(evil)","summary":"\#(evil)","description":"\#(evil) `\#(evil)`"},
       "tags":[{"name":"things","description":"\#(evil)"}],
       "paths":{"/\#(evil)":{"post":{"operationId":"\#(evil)","tags":["things"],
        "summary":"\#(evil)","description":"\#(evil)",
        "parameters":[{"name":"\#(evil)","in":"query","description":"\#(evil)",
          "schema":{"enum":["\#(evil)"]}}],
        "requestBody":{"content":{"\#(evil)":{"schema":{"type":"object","properties":{"\#(evil)":
          {"type":"\#(evil)","description":"\#(evil)","pattern":"\#(evil)"}}},
          "examples":{"\#(evil)":{"value":"\#(evil)"}}}}},
        "responses":{"200":{"description":"\#(evil)","headers":{"\#(evil)":{}}}}}}}}
      """#)
    let pages = ReferencePages(reference)
    for page in [pages.index] + pages.sections.values {
      let html = String(buffer: page.body)
      #expect(html.contains("&lt;script&gt;"))
      #expect(!html.contains("<script"))
      #expect(!html.contains("alert('"))
    }
  }
}

extension DatabaseTests {
  struct ReferenceRouteTests {
    @Test func everyOperationIsOnThePageOfItsTagAndLinkedFromTheOverview() async throws {
      try await FinanceServer.run { server in
        let index = try await server.page("/docs")
        #expect(index.status == 200)
        var count = 0
        for section in APIReference(FinanceDocument.document.content).sections {
          let page = try await server.page("/docs/\(section.name)")
          #expect(page.status == 200)
          for operation in section.operations {
            count += 1
            #expect(page.body.contains(#"<article id="\#(operation.id)">"#))
            #expect(index.body.contains(#"<a href="docs/\#(section.name)#\#(operation.id)">"#))
          }
        }
        let ids = String(buffer: FinanceDocument.document.body).matches(of: /"operationId"/)
        #expect(count == ids.count)
      }
    }

    @Test func aPageHasNoScriptAndNothingThatComesFromElsewhere() async throws {
      try await FinanceServer.run { server in
        for path in ["/docs", "/docs/transactions", "/docs/imports", "/docs/service"] {
          let page = try await server.page(path)
          #expect(page.headers[.contentType] == "text/html; charset=utf-8")
          #expect(page.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; ") == true)
          #expect(page.headers[.xContentTypeOptions] == "nosniff")
          for forbidden in ["<script", "<style", " style=", " onclick", "<img", "url("] {
            #expect(!page.body.contains(forbidden), "\(path) has \(forbidden)")
          }
          let links = page.body.matches(of: /(?:href|src)="([^"]*)"/).map { String($0.1) }
          #expect(links.count > 20)
          #expect(links.allSatisfy { !$0.contains(":") && !$0.hasPrefix("/") }, "\(path)")
        }
        let style = try await server.page("/docs/reference.css")
        #expect(style.headers[.contentType] == "text/css; charset=utf-8")
        #expect(!style.body.contains("url(") && !style.body.contains("@import"))
      }
    }

    @Test func everyLinkLeadsToSomething() async throws {
      try await FinanceServer.run { server in
        let sections = APIReference(FinanceDocument.document.content).sections
        for path in ["/docs"] + sections.map({ "/docs/\($0.name)" }) {
          let page = try await server.page(path)
          for link in Set(page.body.matches(of: /href="([^"]*)"/).map { String($0.1) }) {
            let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(
              String.init)
            var target = parts[0]
            if target.isEmpty {
              target = path
            } else if path == "/docs" {
              target = "/" + target
            } else {
              target = target.hasPrefix("../") ? "/" + target.dropFirst(3) : "/docs/" + target
            }
            let other = target == path ? page : try await server.page(target)
            #expect(other.status == 200, "\(path) links to \(link)")
            if parts.count > 1 {
              #expect(other.body.contains(#" id="\#(parts[1])""#), "\(path) links to \(link)")
            }
          }
        }
      }
    }

    @Test func aPageThatIsKnownIsNotSentAgainAndHeadHasNoBody() async throws {
      try await FinanceServer.run { server in
        let page = try await server.page("/docs")
        let tag = try #require(page.headers[.eTag])
        let known = try await server.page("/docs", headers: [.ifNoneMatch: tag])
        #expect(known.status == 304)
        #expect(known.body.isEmpty)
        #expect(known.headers[.contentSecurityPolicy] != nil)
        let head = try await server.page("/docs/rules", .head)
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
      }
    }

    @Test func aPathThatEndsWithASlashLeadsToThePage() async throws {
      try await FinanceServer.run { server in
        for path in ["/docs", "/docs/rules"] {
          // The client follows a redirect.
          let answer = try await server.page(path + "/")
          #expect(answer.status == 200)
          #expect(try await server.page(path).body == answer.body)
        }
        #expect(try await server.page("/docs/nothing").status == 404)
      }
    }
  }
}

extension FinanceServer {
  fileprivate struct Page {
    let status: Int
    let headers: HTTPFields
    let body: String
  }

  fileprivate func page(
    _ path: String, _ method: HTTPRequest.Method = .get, headers: HTTPFields = [:]
  ) async throws -> Page {
    let response = try await client.executeRequest(
      uri: "/acme\(path)", method: method, headers: headers, body: nil)
    return Page(
      status: response.status.code, headers: response.headers,
      body: String(buffer: response.body))
  }
}
