import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

/// What goes over an HTTP/1 connection besides heads and bodies.
struct RequestConnectionTests {
  /// Says early what it hints, and answers with the trailers that came.
  private struct Handler: RequestHandler {
    func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      let link: HTTPFields = [.link: "</a>; rel=preload"]
      exchange.inform(HTTPResponse(status: .earlyHints, headerFields: link))
      _ = try? await request.body.collect(upTo: 1 << 10)
      let trailers = (exchange.trailers ?? [:]).map { "\($0.name)=\($0.value)" }
      let body = ResponseBody { writer in
        // The response has begun: too late.
        try await writer.write(ByteBuffer(string: "trailers "))
        exchange.inform(HTTPResponse(status: .init(code: 102)))
        try await writer.write(ByteBuffer(string: trailers.joined(separator: " ")))
        try await writer.finish(nil)
      }
      return HandledRequest(Response(status: .ok, body: body))
    }
  }

  private static func exchange(_ request: String) async throws -> String {
    let text = Mailbox()
    try await TestListener.run(Handler()) { listener in
      text.put(try await RawConnection.exchange(port: listener.port, request))
    }
    return text.take()
  }

  @Test func trailersAreThereOnceTheBodyIsRead() async throws {
    let answer = try await Self.exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "2\r\nab\r\n0\r\nX-Sum: 7\r\nX-Sum: 8\r\n\r\n")
    #expect(answer.contains("X-Sum=7 X-Sum=8"), "\(answer)")
  }

  @Test func anInformationalResponseComesBeforeTheResponseOrNotAtAll() async throws {
    let answer = try await Self.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    let hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\n"
    #expect(answer.hasPrefix(hint), "\(answer)")
    #expect(!answer.contains("102"), "\(answer)")
  }

  /// RFC 9110, sections 10.1.1 and 15.2.
  @Test func aClientOfHTTP10IsSentNone() async throws {
    let answer = try await Self.exchange(
      "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nab")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
  }
}

extension HTTPField.Name {
  // A token, so that the initializer cannot fail.
  fileprivate static let link = HTTPField.Name("Link")!
}
