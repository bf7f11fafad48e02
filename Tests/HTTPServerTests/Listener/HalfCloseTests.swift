import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore
import NIOSSL
import TestSupport
import Testing

/// A client that has said all it wants to say may close its half of the connection, and waits for
/// the answer all the same (RFC 9112, section 9.6).
struct HalfCloseTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Runs `body` with a connection to a listener, over TLS or not.
  private static func connect(
    tls: Bool, _ handler: some RequestHandler,
    _ body: @Sendable (inout RawConnection) async throws -> Void
  ) async throws {
    guard tls else {
      return try await TestListener.run(handler) {
        try await RawConnection.open(port: $0.port, body)
      }
    }
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      let context = try NIOSSLContext(configuration: authority.clientConfiguration())
      try await SecureListener.run(files, handler: handler) {
        try await RawConnection.open(port: $0.port, tls: context, body)
      }
    }
  }

  @Test(arguments: [false, true]) func theWholeAnswerComesAfterIt(tls: Bool) async throws {
    let asked = Signal()
    let handler = ClosureHandler { _, exchange in
      try await EndOfInput.wait(on: exchange.connection) { asked.send() }
      try Task.checkCancellation()
      return .text("<read>")
    }
    try await Self.connect(tls: tls, handler) { connection in
      try await connection.send(Self.get)
      await asked.wait()
      try await connection.closeSendingHalf()
      let answer = try await connection.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
      #expect(answer.hasSuffix("<read>"))
      #expect(answer.contains("Connection: close\r\n"))
    }
  }

  @Test(arguments: [false, true]) func allRequestsBeforeItAreAnswered(tls: Bool) async throws {
    let handler = ClosureHandler { request, _ in
      let body = try await request.body.collect(upTo: 10)
      await Task.yield()
      try Task.checkCancellation()
      return .text("<\(String(buffer: body))>")
    }
    for _ in 1...20 {
      try await Self.connect(tls: tls, handler) { connection in
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
        try await connection.send(Self.get + post + Self.get)
        try await connection.closeSendingHalf()
        let answers = try await connection.readToEnd()
        #expect(answers.matches(of: /<(ab)?>/).map(\.0) == ["<>", "<ab>", "<>"], "\(answers)")
        #expect(answers.matches(of: /HTTP.1.1 200\s/).count == 3)
        // The last answer may be out before the end is in.
        #expect(answers.matches(of: /Connection: close/).count <= 1)
      }
    }
  }

  @Test(arguments: [false, true]) func aBodyThatNobodyReadsDoesNotHoldTheAnswerBack(
    tls: Bool
  ) async throws {
    let asked = Signal()
    let handler = ClosureHandler { _, exchange in
      try await EndOfInput.wait(on: exchange.connection) { asked.send() }
      try Task.checkCancellation()
      return .text("<read>")
    }
    try await Self.connect(tls: tls, handler) { connection in
      try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
      await asked.wait()
      try await connection.closeSendingHalf()
      #expect(try await connection.readToEnd().hasSuffix("<read>"))
    }
  }

  @Test(arguments: [false, true]) func inTheMiddleOfARequestItEndsThat(tls: Bool) async throws {
    let (events, event) = AsyncStream.makeStream(of: String.self)
    let handler = ClosureHandler { _, _ in
      event.yield("begun")
      defer { event.yield(Task.isCancelled ? "cancelled" : "ended") }
      try await ClosureHandler.waitForCancellation()
    }
    try await Self.connect(tls: tls, handler) { connection in
      try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
      #expect(await events.first { _ in true } == "begun")
      try await connection.closeSendingHalf()
      #expect(await events.first { _ in true } == "cancelled")
      #expect(try await !connection.readToEnd().contains("HTTP/1.1 200"))
    }
  }

  @Test(arguments: [false, true], ["", "GET / HT", get])
  func anIdleConnectionEndsWithIt(tls: Bool, sentBefore: String) async throws {
    try await Self.connect(tls: tls, ClosureHandler { _, _ in .text("<read>") }) { connection in
      try await connection.send(sentBefore)
      if sentBefore == Self.get { _ = try await connection.read(until: "<read>") }
      try await connection.closeSendingHalf()
      #expect(try await !connection.readToEnd().contains("HTTP/1.1 200"))
    }
  }

  @Test(arguments: [false, true]) func aDownloadGoesOnAfterIt(tls: Bool) async throws {
    let asked = Signal()
    let handler = ClosureHandler { _, exchange in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "one"))
          try await EndOfInput.wait(on: exchange.connection) { asked.send() }
          try Task.checkCancellation()
          try await writer.write(ByteBuffer(string: "two"))
          try await writer.finish(nil)
        })
    }
    try await Self.connect(tls: tls, handler) { connection in
      try await connection.send(Self.get)
      await asked.wait()
      try await connection.closeSendingHalf()
      #expect(try await connection.readToEnd().hasSuffix("3\r\ntwo\r\n0\r\n\r\n"))
    }
  }

  /// A close of the whole connection looks the same, until something is written to it.
  @Test(arguments: [false, true]) func aWriteFindsOutThatNobodyIsThere(tls: Bool) async throws {
    let (began, ended) = (Signal(), Signal())
    let handler = ClosureHandler { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          defer { ended.send() }
          while true {
            try await writer.write(ByteBuffer(repeating: 120, count: 1 << 10))
            began.send()
          }
        })
    }
    try await Self.connect(tls: tls, handler) { connection in
      try await connection.send(Self.get)
      await began.wait()
    }
    await ended.wait()
  }
}
