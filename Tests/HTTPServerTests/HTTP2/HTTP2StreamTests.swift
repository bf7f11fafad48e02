import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

/// How a stream behaves when its request does not simply come, get answered, and end.
struct HTTP2StreamTests {
  private static let impatient = {
    var configuration = TestListener.configuration
    configuration.requestTimeout = .seconds(1)
    return configuration
  }()

  private static let silenceIsShort = {
    var configuration = TestListener.configuration
    configuration.idleTimeout = .seconds(1)
    return configuration
  }()

  /// Answers `/` at once, and says when it has begun and how it has ended anywhere else.
  private static func waiting(_ event: AsyncStream<String>.Continuation) -> ClosureHandler {
    ClosureHandler { request, _ in
      guard request.uri.path != "/" else { return .text("<read>") }
      event.yield("begun")
      defer { event.yield(Task.isCancelled ? "cancelled" : "ended") }
      try await ClosureHandler.waitForCancellation()
    }
  }

  private static let collects = ClosureHandler { request, _ in
    .text("<\(String(buffer: try await request.body.collect(upTo: 1 << 20)))>")
  }

  @Test func aRequestThatTakesTooLongIsCancelledAndAnswered() async throws {
    let (_, event) = AsyncStream.makeStream(of: String.self)
    try await HTTP2Listener.run(Self.waiting(event), configuration: Self.impatient) { listener in
      try await listener.connect { client in
        try await client.request(1, "GET", "/slow")
        let answer = try await client.answer(to: 1)
        #expect(answer.status == 503)
        #expect(answer.body.contains("/problems/request-timeout"))
        #expect(answer.reset == nil)
        // The connection's other requests have nothing to do with it.
        try await client.request(3)
        #expect(try await client.answer(to: 3).body == "<read>")
      }
    }
  }

  @Test func aRequestWhoseHandlerBoundsItselfHasNoDeadline() async throws {
    let handler = ClosureHandler { request, exchange in
      guard request.uri.path != "/overdue" else { try await ClosureHandler.waitForCancellation() }
      exchange.liftDeadline()
      return .text(String(buffer: try await request.body.collect(upTo: 10)))
    }
    try await HTTP2Listener.run(handler, configuration: Self.impatient) { listener in
      try await listener.connect { client in
        try await client.request(1, "POST", ends: false)
        try await client.data(1, "a")
        // Another request's deadline passes meanwhile.
        try await client.request(3, "GET", "/overdue")
        #expect(try await client.answer(to: 3).status == 503)
        try await client.data(1, "b", ends: true)
        #expect(try await client.answer(to: 1).body == "ab")
      }
    }
  }

  @Test func aBodyThatStallsIsCancelledAndAnswered() async throws {
    try await HTTP2Listener.run(Self.collects, configuration: Self.silenceIsShort) { listener in
      try await listener.connectUntil { client in
        try await client.request(1, "POST", ends: false)
        try await client.data(1, "a")
        let answer = try await client.answer(to: 1)
        guard let status = answer.status else { return false }
        #expect(status == 408)
        #expect(answer.fields["connection"].isEmpty)
        return true
      }
    }
  }

  @Test func aClientThatResetsItsStreamCancelsItsRequest() async throws {
    let (events, event) = AsyncStream.makeStream(of: String.self)
    try await HTTP2Listener.run(Self.waiting(event)) { listener in
      try await listener.connect { client in
        try await client.request(1, "GET", "/slow")
        #expect(await events.first { _ in true } == "begun")
        try await client.reset(1)
        #expect(await events.first { _ in true } == "cancelled")
        try await client.request(3)
        #expect(try await client.answer(to: 3).body == "<read>")
      }
    }
  }

  @Test func aClientThatGoesAwayCancelsItsRequests() async throws {
    let (events, event) = AsyncStream.makeStream(of: String.self)
    try await HTTP2Listener.run(Self.waiting(event)) { listener in
      try await listener.connect { client in
        try await client.request(1, "GET", "/slow")
        try await client.request(3, "GET", "/slow")
        #expect(await events.prefix(2).reduce(into: []) { $0.append($1) } == ["begun", "begun"])
      }
      let ends = await events.prefix(2).reduce(into: []) { $0.append($1) }
      #expect(ends == ["cancelled", "cancelled"])
    }
  }

  @Test func aBodyIsReadPieceByPieceAsItComes() async throws {
    let handler = ClosureHandler { request, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          for try await piece in request.body { try await writer.write(piece) }
          try await writer.finish(nil)
        })
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1, "POST", ends: false)
        for (piece, whole) in [("one", "one"), ("two", "onetwo")] {
          try await client.data(1, piece)
          #expect(try await client.answer(to: 1) { $0.body == whole }.status == 200)
        }
        try await client.data(1, "", ends: true)
        let answer = try await client.answer(to: 1)
        #expect(answer.isEnded && answer.reset == nil)
      }
    }
  }

  @Test func trailersAndInformationalResponsesPassBothWays() async throws {
    let handler = ClosureHandler { request, exchange in
      exchange.inform(HTTPResponse(status: .earlyHints))
      _ = try await request.body.collect(upTo: 10)
      let trailers = exchange.trailers
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "body"))
          try await writer.finish(trailers)
        })
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1, "POST", ends: false)
        try await client.data(1, "a")
        try await client.head(1, [("x-checksum", "7")])
        let answer = try await client.answer(to: 1)
        #expect(answer.interim == [103])
        #expect(answer.body == "body")
        #expect(answer.trailers?["x-checksum"] == ["7"])
      }
    }
  }

  @Test func aClientThatWaitsForContinueIsToldToGoOn() async throws {
    try await HTTP2Listener.run(Self.collects) { listener in
      try await listener.connect { client in
        try await client.request(1, "POST", fields: [("expect", "100-continue")], ends: false)
        #expect(try await client.answer(to: 1) { !$0.interim.isEmpty }.interim == [100])
        try await client.data(1, "hello", ends: true)
        #expect(try await client.answer(to: 1).body == "<hello>")
      }
    }
  }

  @Test func aClientIsToldThatTheRestOfItsBodyIsNotNeeded() async throws {
    try await HTTP2Listener.run(ClosureHandler { _, _ in .text("<read>") }) { listener in
      try await listener.connect { client in
        try await client.request(1, "POST", ends: false)
        #expect(try await client.answer(to: 1).body == "<read>")
        #expect(try await client.reset(of: 1) == 0)
      }
    }
  }

  @Test(arguments: [4, 6])
  func aBodyOfAnotherLengthThanAnnouncedIsBrokenOff(announced: Int) async throws {
    let handler = ClosureHandler { _, _ in
      Response(
        status: .ok,
        body: ResponseBody(contentLength: announced) { writer in
          try await writer.write(ByteBuffer(string: "hello"))
          try await writer.finish(nil)
        })
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1)
        let answer = try await client.answer(to: 1)
        #expect(answer.reset != nil)
        #expect(answer.bytes.readableBytes < announced)
      }
    }
  }

  @Test(arguments: [204, 304])
  func aStatusWithoutBodyHasNoneWhateverTheHandlerSays(code: Int) async throws {
    let handler = ClosureHandler { _, _ in
      Response(
        status: .init(code: code),
        body: ResponseBody(contentLength: 5) { writer in
          try await writer.write(ByteBuffer(string: "hello"))
          try await writer.finish(nil)
        })
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1)
        let answer = try await client.answer(to: 1)
        #expect(answer.status == code && answer.body.isEmpty)
        #expect(answer.reset == nil)
        // Of a 304 it is the length that a 200 would have: RFC 9110, section 8.6.
        #expect(answer.fields["content-length"] == (code == 204 ? [] : ["5"]))
      }
    }
  }

  @Test func aResponseThatFailsHalfWayIsBrokenOff() async throws {
    let handler = ClosureHandler { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "hello"))
          throw CancellationError()
        })
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1)
        let answer = try await client.answer(to: 1)
        #expect(answer.body == "hello")
        #expect(answer.reset != nil)
      }
    }
  }

  @Test func aHeadHasNoBodyAndAStatusWithoutBodyHasNone() async throws {
    let handler = ClosureHandler { request, _ in
      request.method == .head ? .text("hello") : Response(status: .noContent)
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1, "HEAD")
        let head = try await client.answer(to: 1)
        #expect(head.fields["content-length"] == ["5"] && head.body.isEmpty && head.reset == nil)
        try await client.request(3, "DELETE")
        let other = try await client.answer(to: 3)
        #expect(other.status == 204 && other.body.isEmpty && other.reset == nil)
      }
    }
  }

  // MARK: Flow control

  /// Writes pieces of a mebibyte, and says when the first one is written.
  private static func writing(_ count: Int, _ isWritten: Flag) -> ClosureHandler {
    ClosureHandler { request, _ in
      guard request.uri.path == "/large" else { return .text("<read>") }
      return Response(
        status: .ok,
        body: ResponseBody(contentLength: count << 20) { writer in
          for _ in 0..<count {
            try await writer.write(ByteBuffer(repeating: 120, count: 1 << 20))
            isWritten.set()
          }
          try await writer.finish(nil)
        })
    }
  }

  @Test func aWriterWaitsForAClientThatMakesNoRoom() async throws {
    let isWritten = Flag()
    try await HTTP2Listener.run(Self.writing(16, isWritten)) { listener in
      try await listener.connect { client in
        // The stream has room for a little, the connection for another stream.
        try await client.window(0, 65 << 20)
        try await client.request(1, "GET", "/large")
        _ = try await client.answer(to: 1) { $0.bytes.readableBytes == 65_535 }
        try await client.request(3)
        #expect(try await client.answer(to: 3).body == "<read>")
        #expect(!isWritten.isSet)
        try await client.window(1, 65 << 20)
        let answer = try await client.answer(to: 1)
        #expect(answer.bytes.readableBytes == 16 << 20)
        #expect(answer.reset == nil)
      }
    }
  }

  @Test(arguments: ["/large", "/small"])
  func aClientThatMakesNoRoomForTooLongIsGivenUp(path: String) async throws {
    let isWritten = Flag()
    let listening = Self.writing(16, isWritten)
    try await HTTP2Listener.run(listening, configuration: Self.silenceIsShort) { listener in
      try await listener.connectUntil { client in
        // SETTINGS_INITIAL_WINDOW_SIZE
        try await client.send(.settings, payload: ByteBuffer(bytes: [0, 4, 0, 0, 0, 0]))
        try await client.request(1, "GET", path)
        let answer = try await client.answer(to: 1)
        guard let status = answer.status else { return false }
        #expect(status == 200)
        #expect(answer.reset != nil)
        return true
      }
    }
  }
}
