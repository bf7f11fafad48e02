import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore
import TestSupport
import Testing

/// How connections end, and what a client must not do on one.
struct HTTP2ConnectionTests {
  /// Errors of RFC 9113, section 7.
  private static let (noError, protocolError, enhanceYourCalm) = (0, 1, 11)

  private static let silenceIsShort = {
    var configuration = TestListener.configuration
    configuration.idleTimeout = .seconds(1)
    return configuration
  }()

  // MARK: Idle connections

  @Test(arguments: [true, false])
  func anIdleConnectionIsAskedToGoAndCloses(isUsed: Bool) async throws {
    try await HTTP2Listener.run(configuration: Self.silenceIsShort) { listener in
      try await listener.connectUntil { client in
        if isUsed {
          try await client.request(1)
          guard try await client.answer(to: 1).status == 200 else { return false }
        }
        try await client.readToEnd()
        #expect(client.goAways.map(\.error) == [Self.noError])
        #expect(client.goAways.map(\.last) == [isUsed ? 1 : 0])
        return true
      }
    }
  }

  @Test func aClientThatDoesNotFollowIsLeft() async throws {
    try await HTTP2Listener.run(configuration: Self.silenceIsShort) { listener in
      try await listener.connectUntil { client in
        client.answersPings = false
        try await client.readToEnd()
        #expect(client.goAways.map(\.error) == [Self.noError])
        return true
      }
    }
  }

  @Test func aClientThatNeverSpeaksIsLeft() async throws {
    try await HTTP2Listener.run(configuration: Self.silenceIsShort) { listener in
      try await listener.connect(greets: false) { try await $0.readToEnd() }
    }
  }

  @Test func aConnectionWithARequestUnderWayIsNotIdle() async throws {
    let released = Signal()
    let handler = ClosureHandler { _, _ in
      await released.wait()
      return .text("<read>")
    }
    try await HTTP2Listener.run(handler, configuration: Self.silenceIsShort) { listener in
      try await listener.connectUntil { client in
        try await client.request(1)
        // Another connection's time passes meanwhile.
        try await listener.connect { try await $0.readToEnd() }
        released.send()
        return try await client.answer(to: 1).body == "<read>"
      }
    }
  }

  // MARK: Draining

  @Test func aDrainLetsRequestsFinishAndAsksTheirClientToGo() async throws {
    let (begun, begins) = AsyncStream.makeStream(of: Void.self)
    let released = Signal()
    let handler = ClosureHandler { _, _ in
      begins.yield()
      await released.wait()
      return .text("<read>")
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        try await client.request(1)
        _ = await begun.first { true }
        await listener.listener.running.shutDown()
        try await client.readToGoAway()
        #expect(client.goAways.map(\.error) == [Self.noError])
        released.send()
        let answer = try await client.answer(to: 1)
        #expect(answer.body == "<read>" && answer.reset == nil)
        try await client.readToEnd()
        #expect(client.goAways.last.map { $0 == (1, Self.noError) } == true)
      }
    }
  }

  @Test func whileDrainingEachResponseAsksItsClientToGo() async throws {
    try await HTTP2Listener.run { listener in
      listener.listener.running.drain.begin()
      try await listener.connect { client in
        try await client.request(1)
        #expect(try await client.answer(to: 1).status == 200)
        try await client.readToEnd()
        #expect(client.goAways.last.map { $0 == (1, Self.noError) } == true)
      }
    }
  }

  // MARK: Floods

  @Test func streamsThatAreResetAsSoonAsTheyAreOpenedEndTheConnection() async throws {
    try await HTTP2Listener.run { listener in
      try await Self.expectAnEnd(listener) { client in
        let head = [
          (":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/"),
        ]
        let reset = ByteBuffer(integer: UInt32(8))
        let frames = (0...200).flatMap { index in
          FrameConnection.headers(2 * index + 1, head)
            + [FrameConnection.frame(.reset, stream: 2 * index + 1, payload: reset)]
        }
        try await client.send(frames)
      }
    }
  }

  @Test(arguments: [HTTP2FrameType.ping, .settings, .priority])
  func aFloodOfControlFramesEndsTheConnection(type: HTTP2FrameType) async throws {
    let payload =
      switch type {
      case .ping: ByteBuffer(integer: UInt64(1))
      case .priority: ByteBuffer(bytes: [0, 0, 0, 0, 1])
      default: ByteBuffer()
      }
    let frame = FrameConnection.frame(type, stream: type == .priority ? 1 : 0, payload: payload)
    try await HTTP2Listener.run { listener in
      try await Self.expectAnEnd(listener) { client in
        try await client.send(Array(repeating: frame, count: 201))
      }
    }
  }

  @Test func aFloodOfEmptyFramesEndsTheConnection() async throws {
    try await HTTP2Listener.run { listener in
      try await Self.expectAnEnd(listener) { client in
        try await client.request(1, "POST", ends: false)
        let frame = FrameConnection.frame(.data, stream: 1)
        try await client.send(Array(repeating: frame, count: 3))
      }
    }
  }

  @Test func aHeadThatNeverEndsEndsTheConnection() async throws {
    try await HTTP2Listener.run { listener in
      try await Self.expectAnEnd(listener) { client in
        let begin = FrameConnection.frame(.headers, stream: 1)
        let rest = FrameConnection.frame(.continuation, stream: 1)
        try await client.send([begin] + Array(repeating: rest, count: 20))
      }
    }
  }

  @Test func streamsThatAreBrokenEndTheConnection() async throws {
    try await HTTP2Listener.run { listener in
      try await Self.expectAnEnd(listener) { client in
        let frames = (0...100).flatMap { index in
          FrameConnection.headers(2 * index + 1, [(":method", "GET")])
        }
        try await client.send(frames)
      }
    }
  }

  private static func expectAnEnd(
    _ listener: HTTP2Listener, _ flood: (inout FrameConnection) async throws -> Void
  ) async throws {
    try await listener.connect { client in
      try await flood(&client)
      try await client.readToEnd()
      #expect(client.goAways.map(\.error) == [enhanceYourCalm])
    }
  }

  @Test func aHundredStreamsAreServedAtOnce() async throws {
    let released = Signal()
    let gate = Task { await released.wait() }
    let handler = ClosureHandler { _, _ in
      await gate.value
      return .text("<read>")
    }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        for index in 0..<100 { try await client.request(2 * index + 1) }
        released.send()
        for index in 0..<100 {
          #expect(try await client.answer(to: 2 * index + 1).body == "<read>")
        }
      }
    }
  }

  @Test func aStreamMoreEndsTheConnection() async throws {
    let handler = ClosureHandler { _, _ in try await ClosureHandler.waitForCancellation() }
    try await HTTP2Listener.run(handler) { listener in
      try await listener.connect { client in
        for index in 0...100 { try await client.request(2 * index + 1) }
        try await client.readToEnd()
        #expect(client.goAways.map(\.error) == [Self.protocolError])
      }
    }
  }
}
