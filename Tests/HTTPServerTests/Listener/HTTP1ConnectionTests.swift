import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import TestSupport
import Testing

/// How one connection behaves when a request does not simply come, get answered, and end.
struct HTTP1ConnectionTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func aClientThatResetsCancelsItsRequest() async throws {
    let (events, event) = AsyncStream.makeStream(of: String.self)
    let handler = ClosureHandler { _, _ in
      event.yield("begun")
      defer { event.yield(Task.isCancelled ? "cancelled" : "ended") }
      try await ClosureHandler.waitForCancellation()
    }
    try await TestListener.run(handler) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(Self.get)
        #expect(await events.first { _ in true } == "begun")
        try await connection.reset()
      }
      #expect(await events.first { _ in true } == "cancelled")
    }
  }

  @Test func aRequestThatTakesTooLongIsCancelledAndAnswered() async throws {
    var configuration = TestListener.configuration
    configuration.requestTimeout = .milliseconds(50)
    let handler = ClosureHandler { _, _ in try await ClosureHandler.waitForCancellation() }
    try await TestListener.run(handler, configuration: configuration) { listener in
      let response = try await RawConnection.exchange(port: listener.port, Self.get)
      #expect(response.hasPrefix("HTTP/1.1 503 "), "\(response)")
      #expect(response.contains("/problems/request-timeout"))
      #expect(response.contains(/[Cc]onnection: close\r\n/))
    }
  }

  @Test func aBodyThatStallsIsCancelledAndAnswered() async throws {
    var configuration = TestListener.configuration
    configuration.idleTimeout = .seconds(1)
    let handler = ClosureHandler { request, _ in
      .text(String(buffer: try await request.body.collect(upTo: 10)))
    }
    try await TestListener.run(handler, configuration: configuration) { listener in
      var response = ""
      // On a busy machine the time may pass before the request gets through.
      while response.isEmpty {
        response = try await RawConnection.exchange(
          port: listener.port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
      }
      #expect(response.hasPrefix("HTTP/1.1 408 "), "\(response)")
      #expect(response.contains(/[Cc]onnection: close\r\n/))
    }
  }

  @Test func aRequestWhoseHandlerBoundsItselfHasNoDeadline() async throws {
    var configuration = TestListener.configuration
    configuration.requestTimeout = .seconds(1)
    let handler = ClosureHandler { request, exchange in
      guard request.uri.path != "/overdue" else { try await ClosureHandler.waitForCancellation() }
      exchange.liftDeadline()
      return .text(String(buffer: try await request.body.collect(upTo: 10)))
    }
    try await TestListener.run(handler, configuration: configuration) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
        // Another connection's deadline passes meanwhile.
        let other = try await RawConnection.exchange(
          port: listener.port, "GET /overdue HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(other.hasPrefix("HTTP/1.1 503 "))
        try await connection.send("c")
        #expect(try await connection.read(until: "ac").hasPrefix("HTTP/1.1 200 "))
      }
    }
  }

  /// A slow line is no reason to be cut off, and an upload that has stopped is one.
  @Test func aBodyMayTakeSeveralDeadlinesAsLongAsItComes() async throws {
    var configuration = TestListener.configuration
    configuration.requestTimeout = .seconds(1)
    let pause = configuration.requestTimeout / 5
    let count = 1 << 10
    let handler = ClosureHandler { request, exchange in
      exchange.renewDeadlineWhileBodyComes()
      return .text("<\(try await request.body.collect(upTo: 100 * count).readableBytes)>")
    }
    try await TestListener.run(handler, configuration: configuration) { listener in
      let pieces = 12
      let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(pieces * count)\r\n\r\n"
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(head)
        for _ in 0..<pieces {
          try await connection.send(String(repeating: "x", count: count))
          try await Task.sleep(for: pause)
        }
        let answer = try await connection.read(until: ">")
        #expect(answer.contains("<\(pieces * count)>"))
      }
      // The first piece comes, and no other.
      let stalled = try await RawConnection.exchange(
        port: listener.port, head + String(repeating: "x", count: count))
      #expect(stalled.hasPrefix("HTTP/1.1 503 "), "\(stalled)")
    }
  }

  @Test func workThatGetsOnMayTakeSeveralDeadlines() async throws {
    var configuration = TestListener.configuration
    configuration.requestTimeout = .seconds(1)
    let pause = configuration.requestTimeout / 4
    let handler = ClosureHandler { _, exchange in
      for _ in 0..<8 {
        try await Task.sleep(for: pause)
        exchange.renewDeadline()
      }
      return .text("<done>")
    }
    try await TestListener.run(handler, configuration: configuration) { listener in
      let answer = try await RawConnection.exchange(
        port: listener.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
    }
  }

  @Test func aBodyThatNobodyReadsEndsTheConnectionUnlessItIsThere() async throws {
    try await TestListener.run(ClosureHandler { _, _ in .text("<read>") }) { listener in
      let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(head + "hello" + head)
        let answers = try await connection.readToEnd()
        #expect(answers.matches(of: /<read>/).count == 2)
        #expect(answers.matches(of: /Connection: close/).count == 1)
      }
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
    try await TestListener.run(handler) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        #expect(try await connection.read(until: "3\r\none\r\n").contains("HTTP/1.1 200 "))
        try await connection.send("3\r\ntwo\r\n0\r\n\r\n")
        #expect(try await connection.read(until: "0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n")
      }
    }
  }

  @Test func aWriterWaitsForAClientThatReadsSlowly() async throws {
    let written = Mutex(0)
    let (size, count) = (1 << 20, 64)
    let handler = ClosureHandler { _, _ in
      Response(
        status: .ok,
        body: ResponseBody(contentLength: size * count) { writer in
          for _ in 0..<count {
            try await writer.write(ByteBuffer(repeating: 120, count: size))
            written.withLock { $0 += 1 }
          }
          try await writer.finish(nil)
        })
    }
    try await TestListener.run(handler) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(Self.get)
        _ = try await connection.read(until: "\r\n\r\n")
        // What the kernel and the client's own buffers take is far less than the whole.
        #expect(written.withLock { $0 } < count)
        var rest = 0
        while rest < size * (count - 2) {
          rest += try await connection.read(until: "x").utf8.count
        }
      }
    }
  }

  @Test(arguments: [4, 6])
  func aBodyOfAnotherLengthThanAnnouncedBreaksTheConnectionOff(announced: Int) async throws {
    let handler = ClosureHandler { _, _ in
      Response(
        status: .ok,
        body: ResponseBody(contentLength: announced) { writer in
          try await writer.write(ByteBuffer(string: "hello"))
          try await writer.finish(nil)
        })
    }
    try await TestListener.run(handler) { listener in
      let response = try await RawConnection.exchange(port: listener.port, Self.get)
      #expect(response.isEmpty || !response.hasSuffix("\r\n\r\nhello") || announced == 6)
      #expect(!response.hasSuffix("hell"))
    }
  }

  @Test func anOldClientGetsItsBodyWithoutChunks() async throws {
    let handler = ClosureHandler { _, _ in
      Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "hello"))
          try await writer.finish(nil)
        })
    }
    try await TestListener.run(handler) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port, "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
      #expect(response.hasSuffix("\r\n\r\nhello"))
      #expect(!response.lowercased().contains("transfer-encoding"))
      #expect(response.contains("Connection: close\r\n"))
    }
  }

  @Test func anOldClientMayKeepItsConnection() async throws {
    try await TestListener.run(ClosureHandler { _, _ in .text("<read>") }) { listener in
      try await RawConnection.open(port: listener.port) { connection in
        for _ in 1...2 {
          try await connection.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
          #expect(
            try await connection.read(until: "<read>").contains("Connection: keep-alive\r\n"))
        }
      }
    }
  }

  @Test func aStatusWithoutBodyHasNoLength() async throws {
    try await TestListener.run(ClosureHandler { _, _ in Response(status: .noContent) }) {
      listener in
      try await RawConnection.open(port: listener.port) { connection in
        try await connection.send(Self.get)
        let response = try await connection.read(until: "\r\n\r\n")
        #expect(response.hasPrefix("HTTP/1.1 204 "))
        #expect(!response.lowercased().contains("content-length"))
      }
    }
  }

  @Test func anUpgradeIsAnsweredInHTTPAndEndsTheConnection() async throws {
    try await TestListener.run(ClosureHandler { _, _ in .text("<read>") }) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port,
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n" + Self.get)
      #expect(response.hasPrefix("HTTP/1.1 200 "))
      #expect(response.matches(of: /<read>/).count == 1)
    }
  }

  @Test func nothingIsDoneOfWhatComesAfterTheLastRequest() async throws {
    let seen = Mutex(0)
    let handler = ClosureHandler { _, _ in
      seen.withLock { $0 += 1 }
      return .text("<read>")
    }
    try await TestListener.run(handler) { listener in
      _ = try await RawConnection.exchange(
        port: listener.port,
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + Self.get)
      #expect(seen.withLock { $0 } == 1)
    }
  }

  @Test func aMalformedChunkIsARefusalToo() async throws {
    let handler = ClosureHandler { request, _ in
      .text(String(buffer: try await request.body.collect(upTo: 10)))
    }
    try await TestListener.run(handler) { listener in
      let response = try await RawConnection.exchange(
        port: listener.port,
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
      #expect(response.hasPrefix("HTTP/1.1 400 "))
      #expect(response.contains("/problems/malformed-request"))
    }
  }
}
