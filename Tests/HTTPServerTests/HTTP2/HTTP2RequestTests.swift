import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

/// What is a request, and what is none (RFC 9113, section 8).
struct HTTP2RequestTests {
  private static let protocolError = 1

  private static let head = [
    (":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/"),
  ]

  /// A head without a field, and with others.
  private static func head(
    without name: String = "", _ fields: (String, String)...
  ) -> [(String, String)] {
    head.filter { $0.0 != name } + fields
  }

  private static let malformed: [[(String, String)]] = [
    head(without: ":method"), head(without: ":scheme"), head(without: ":path"),
    head((":path", "/x")), head((":method", "GET")), head((":authority", "localhost")),
    head((":status", "200")), head((":unknown", "x")), head(without: ":path", (":path", "")),
    [("x-first", "1")] + head, head(("X-Upper", "1")), head(("x y", "1")),
    head(("x", "a\r\nb: c")), head(("x", "a\nb")), head(("x", "a\0b")),
    head(without: ":path", (":path", "/\r\nx: y")), head(without: ":path", (":path", "/\t")),
    head(without: ":path", (":path", "/ HTTP/1.1")), head(without: ":method", (":method", "GE T")),
    head(("connection", "close")), head(("connection", "x-secret")), head(("keep-alive", "1")),
    head(("proxy-connection", "keep-alive")), head(("transfer-encoding", "chunked")),
    head(("upgrade", "websocket")), head(("te", "gzip")), head(("te", "trailers, deflate")),
    head(("content-length", "x")), head(("content-length", "-1")), head(("content-length", "5")),
    head(("content-length", "0"), ("content-length", "1")),
  ]

  @Test(arguments: malformed)
  func aMalformedRequestIsNeverServed(fields: [(String, String)]) async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        try await client.head(1, fields)
        let answer = try await client.answer(to: 1)
        #expect(answer.status == nil)
        #expect(answer.reset == Self.protocolError)
        // It is the stream's fault, not the connection's.
        try await client.request(3)
        #expect(try await client.answer(to: 3).status == 200)
      }
    }
  }

  /// What would be something else, or several requests, when it is written down as HTTP/1.
  private static let smuggling: [[(String, String)]] = [
    head(without: ":path", (":path", "/é")), head(without: ":path", (":path", "x")),
    head(without: ":path", (":path", "http://other/")),
    head(("content-length", "0"), ("content-length", "0")), head(("content-length", "+0")),
    head(("content-length", "")), head(("content-length", "0, 0")), head(("content-length", "0 ")),
  ]

  @Test(arguments: smuggling)
  func whatWouldBeMalformedInHTTP1IsRefused(fields: [(String, String)]) async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        try await client.head(1, fields)
        let answer = try await client.answer(to: 1)
        #expect(answer.status == 400)
        #expect(answer.body.contains("/problems/malformed-request"))
      }
    }
  }

  private static func fields(_ count: Int, _ length: Int) -> [(String, String)] {
    (1...count).map { ("x-\($0)", String(repeating: "x", count: length)) }
  }

  @Test(arguments: [
    (1, 17 << 10, 431), (5, 14 << 10, 431), (200, 1, 431), (196, 1, 200), (4, 15 << 10, 200),
  ])
  func aHeadHasItsLimits(count: Int, length: Int, status: Int) async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        // The limits are in force when the client has acknowledged them.
        try await client.request(1)
        #expect(try await client.answer(to: 1).status == 200)
        try await client.request(3, fields: Self.fields(count, length))
        #expect(try await client.answer(to: 3).status == status)
        try await client.request(5)
        #expect(try await client.answer(to: 5).status == 200)
      }
    }
  }

  @Test func aHeadThatIsFarTooLargeEndsTheConnection() async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        try await client.request(1, fields: Self.fields(12, 15 << 10))
        try await client.readToEnd()
        #expect(client.goAways.count == 1)
      }
    }
  }

  @Test(arguments: [
    ([("host", "localhost")], "localhost"), ([("host", "other")], "other, localhost"),
    ([("host", "localhost"), ("host", "other")], "localhost, other, localhost"),
    ([("host", "localhost"), ("host", "localhost")], "localhost, localhost, localhost"),
  ])
  func anAuthorityThatHostDoesNotAgreeWithIsSeen(
    fields: [(String, String)], authority: String
  ) async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        try await client.request(1, fields: fields)
        let body = try await client.answer(to: 1).body
        #expect(body.hasPrefix("GET \(authority) / "), "\(body)")
      }
    }
  }

  @Test func hostAloneIsTheAuthority() async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        try await client.head(1, Self.head(without: ":authority", ("host", "other")))
        #expect(try await client.answer(to: 1).body.hasPrefix("GET other / "))
        try await client.head(3, Self.head(without: ":authority"))
        #expect(try await client.answer(to: 3).body.hasPrefix("GET none / "))
      }
    }
  }

  @Test func cookiesAreOneField() async throws {
    let handler = ClosureHandler { request, _ in
      .text("\(request.headers[values: .cookie])")
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1, fields: [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2")])
        #expect(try await client.answer(to: 1).body == #"["a=1; b=2"]"#)
      }
    }
  }

  @Test(arguments: [("CONNECT", 200), ("NONSENSE", 501), ("PATCH", 200)])
  func aMethodIsRefusedOnlyIfItIsNotKnown(method: String, status: Int) async throws {
    try await HTTP2Listener.run { listener in
      try await listener.connect { client in
        let rest = method == "CONNECT" ? [Self.head[2]] : Array(Self.head.dropFirst())
        try await client.head(1, [(":method", method)] + rest)
        #expect(try await client.answer(to: 1).status == status)
      }
    }
  }
}
