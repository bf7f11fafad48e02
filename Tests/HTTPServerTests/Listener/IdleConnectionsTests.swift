import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore
import TestSupport
import Testing

/// A listener that is full closes connections on which nothing is under way, so that whoever opens
/// many keeps nobody else out.
@Suite(.timeLimit(.minutes(1))) struct IdleConnectionsTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let slow = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
  /// Addresses of three peers.
  private static let (many, few, other) = ("127.0.0.2", "127.0.0.3", "127.0.0.4")

  private static func configuration(
    _ maximumConnections: Int, bodyGrace: Duration = .zero
  ) -> ListenerConfiguration {
    var configuration = TestListener.configuration
    configuration.maximumConnections = maximumConnections
    configuration.idleGrace = .zero
    configuration.bodyGrace = bodyGrace
    configuration.idleTimeout = .seconds(1000)
    configuration.handshakeTimeout = .seconds(1000)
    return configuration
  }

  /// Has every request answered, `/slow` after a signal.
  private static func handler(begun: Signal = Signal(), goOn: Signal = Signal()) -> ClosureHandler {
    ClosureHandler { request, _ in
      if request.uri.path == "/slow" {
        begun.send()
        await goOn.wait()
      }
      return .text("<read>")
    }
  }

  /// Answers a request when it has come whole, and tells of its head and each part of its body.
  private static func reader(_ read: Signal = Signal()) -> ClosureHandler {
    ClosureHandler { request, _ in
      read.send()
      for try await _ in request.body { read.send() }
      return .text("<read>")
    }
  }

  /// Hands connections to `body` that have been answered a request each, from each address one
  /// after the other.
  private static func open(
    _ addresses: [String], port: Int, _ opened: [RawConnection] = [],
    _ body: (inout [RawConnection]) async throws -> Void
  ) async throws {
    var opened = opened
    guard let address = addresses.first else { return try await body(&opened) }
    try await RawConnection.open(port: port, from: address) { connection in
      #expect(try await isServed(&connection))
      try await open(Array(addresses.dropFirst()), port: port, opened + [connection], body)
    }
  }

  private static func isServed(_ connection: inout RawConnection) async throws -> Bool {
    do {
      try await connection.send(get)
      return try await connection.read(until: "<read>").hasPrefix("HTTP/1.1 200 ")
    } catch is ChannelError {
      return false
    } catch is IOError {
      return false
    }
  }

  private static func isServed(port: Int, from address: String) async throws -> Bool {
    try await RawConnection.open(port: port, from: address) { try await isServed(&$0) }
  }

  @Test func theLongestIdleOfThePeerThatHasMostMakesRoom() async throws {
    try await TestListener.run(Self.handler(), configuration: Self.configuration(4)) { listener in
      try await Self.open([Self.few, Self.many, Self.many, Self.many], port: listener.port) {
        opened in
        let isServed = try await Self.isServed(port: listener.port, from: Self.other)
        #expect(isServed)
        #expect(try await opened[1].readToEnd().isEmpty)
        for index in [0, 2, 3] { #expect(try await Self.isServed(&opened[index]), "\(index)") }
      }
    }
  }

  @Test func whoeverHasMostMakesRoomForItself() async throws {
    try await TestListener.run(Self.handler(), configuration: Self.configuration(4)) { listener in
      try await Self.open([Self.few, Self.few, Self.many, Self.many], port: listener.port) {
        opened in
        let isServed = try await Self.isServed(port: listener.port, from: Self.many)
        #expect(isServed)
        #expect(try await opened[2].readToEnd().isEmpty)
        for index in [0, 1, 3] { #expect(try await Self.isServed(&opened[index]), "\(index)") }
      }
    }
  }

  /// As its idle connections would, its busy ones count against it.
  @Test func whoeverHasMostAndIsBusyDisplacesNobody() async throws {
    let (begun, goOn) = (Signal(), Signal())
    let handler = Self.handler(begun: begun, goOn: goOn)
    try await TestListener.run(handler, configuration: Self.configuration(3)) { listener in
      try await Self.open([Self.few, Self.many, Self.many], port: listener.port) { opened in
        for index in [1, 2] {
          try await opened[index].send(Self.slow)
          await begun.wait()
        }
        #expect(try await !Self.isServed(port: listener.port, from: Self.many))
        #expect(try await Self.isServed(&opened[0]))
        for index in [1, 2] {
          goOn.send()
          #expect(try await opened[index].read(until: "<read>").hasPrefix("HTTP/1.1 200 "))
        }
      }
    }
  }

  @Test func aRequestUnderWayIsLeftAlone() async throws {
    let (begun, goOn) = (Signal(), Signal())
    let handler = Self.handler(begun: begun, goOn: goOn)
    try await TestListener.run(handler, configuration: Self.configuration(3)) { listener in
      try await Self.open([Self.many, Self.many, Self.many], port: listener.port) { opened in
        try await opened[0].send(Self.slow)
        await begun.wait()
        let isServed = try await Self.isServed(port: listener.port, from: Self.other)
        #expect(isServed)
        #expect(try await opened[1].readToEnd().isEmpty)
        goOn.send()
        #expect(try await opened[0].read(until: "<read>").hasPrefix("HTTP/1.1 200 "))
        #expect(try await Self.isServed(&opened[2]))
      }
    }
  }

  /// Neither a body of which nothing comes, nor one that has begun.
  @Test(arguments: ["", "x"])
  func aRequestWhoseRestDoesNotComeMakesRoom(beginning: String) async throws {
    let read = Signal()
    try await TestListener.run(Self.reader(read), configuration: Self.configuration(2)) {
      listener in
      try await Self.begin([Self.many, Self.many], beginning, port: listener.port, read) { begun in
        try await RawConnection.open(port: listener.port, from: Self.few) { first in
          let isServed = try await Self.isServed(&first)
          #expect(isServed)
          let isOtherServed = try await Self.isServed(port: listener.port, from: Self.other)
          #expect(isOtherServed)
        }
        #expect(try await begun[0].readToEnd().isEmpty)
      }
    }
  }

  /// Hands connections to `body` that have been sent the head of a request with a body, and as much of
  /// that as `beginning` has; all of it has been read.
  private static func begin(
    _ addresses: [String], _ beginning: String, length: Int = 10, port: Int, _ read: Signal,
    _ begun: [RawConnection] = [], _ body: (inout [RawConnection]) async throws -> Void
  ) async throws {
    var begun = begun
    guard let address = addresses.first else { return try await body(&begun) }
    try await RawConnection.open(port: port, from: address) { connection in
      try await connection.send(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n" + beginning)
      for _ in 0...beginning.utf8.count { await read.wait() }
      try await begin(
        Array(addresses.dropFirst()), beginning, length: length, port: port, read,
        begun + [connection], body)
    }
  }

  /// A byte now and then does not count.
  @Test(arguments: [1024, 1])
  func aBodyThatGoesOnIsRecentAgain(byteCount: Int) async throws {
    let read = Signal()
    try await TestListener.run(Self.reader(read), configuration: Self.configuration(2)) {
      listener in
      let length = 2000
      try await Self.begin([Self.many, Self.many], "x", length: length, port: listener.port, read) {
        begun in
        try await begun[0].send(String(repeating: "y", count: byteCount))
        await read.wait()
        let isServed = try await Self.isServed(port: listener.port, from: Self.other)
        #expect(isServed)
        let (goesOn, ends) = byteCount > 1 ? (0, 1) : (1, 0)
        #expect(try await begun[ends].readToEnd().isEmpty)
        try await begun[goesOn].send(String(repeating: "z", count: length))
        #expect(try await begun[goesOn].read(until: "<read>").hasPrefix("HTTP/1.1 200 "))
      }
    }
  }

  /// An answer that fills what the kernel holds for both sides.
  @Test func whoeverReadsNoAnswerMakesRoom() async throws {
    let (begun, size) = (Signal(), 64 << 20)
    let handler = ClosureHandler { request, _ in
      guard request.uri.path == "/large" else { return .text("<read>") }
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          begun.send()
          for _ in 0..<size >> 16 {
            try await writer.write(ByteBuffer(repeating: 0x78, count: 1 << 16))
          }
          try await writer.finish(nil)
        })
    }
    try await TestListener.run(handler, configuration: Self.configuration(1)) { listener in
      try await RawConnection.open(port: listener.port, from: Self.many) { silent in
        try await silent.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        await begun.wait()
        let isServed = try await Self.isServed(port: listener.port, from: Self.other)
        #expect(isServed)
        let answer = try await silent.readToEnd()
        #expect(answer.utf8.count < size)
      }
    }
  }

  @Test func whoeverIsInTheMiddleOfABodyHasALongerGrace() async throws {
    let read = Signal()
    let configuration = Self.configuration(2, bodyGrace: .seconds(1000))
    try await TestListener.run(Self.reader(read), configuration: configuration) { listener in
      try await Self.begin([Self.many], "x", port: listener.port, read) { begun in
        try await Self.open([Self.many], port: listener.port) { opened in
          let isServed = try await Self.isServed(port: listener.port, from: Self.other)
          #expect(isServed)
          #expect(try await opened[0].readToEnd().isEmpty)
        }
        try await begun[0].send("012345678")
        #expect(try await begun[0].read(until: "<read>").hasPrefix("HTTP/1.1 200 "))
      }
    }
  }

  @Test func whoeverComesWhileAllAreBusyIsServedOnceSomeAreIdle() async throws {
    let (begun, goOn) = (Signal(), Signal())
    let handler = Self.handler(begun: begun, goOn: goOn)
    var configuration = Self.configuration(2)
    // Newcomers do not make room for each other.
    configuration.idleGrace = .seconds(1)
    try await TestListener.run(handler, configuration: configuration) { listener in
      let port = listener.port
      try await Self.open([Self.many, Self.many], port: port) { opened in
        for index in [0, 1] {
          try await opened[index].send(Self.slow)
          await begun.wait()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask {
            try await Self.open([Self.few, Self.other, "127.0.0.5"], port: port) { _ in }
          }
          goOn.send()
          goOn.send()
          try await group.waitForAll()
        }
      }
    }
  }

  @Test func whoeverHasNotSentAByteMakesRoom() async throws {
    try await TestListener.run(Self.handler(), configuration: Self.configuration(2)) { listener in
      try await Self.silent(3, port: listener.port) {
        for _ in 1...5 {
          let isServed = try await Self.isServed(port: listener.port, from: Self.other)
          #expect(isServed)
        }
      }
    }
  }

  private static func silent(
    _ count: Int, port: Int, _ body: () async throws -> Void
  ) async throws {
    if count == 0 { return try await body() }
    try await RawConnection.open(port: port, from: many) { connection in
      // A head that does not go on is no request either.
      try await connection.send(count.isMultiple(of: 2) ? "GET / HT" : "")
      try await silent(count - 1, port: port, body)
    }
  }

  @Test(arguments: [false, true])
  func whoeverDoesNotShakeHandsMakesRoom(http1: Bool) async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      try await SecureListener.run(files, configuration: Self.configuration(2)) { listener in
        try await Self.silent(3, port: listener.port) {
          try await listener.client(authority.clientConfiguration(), http1: http1) { client in
            for _ in 1...2 {
              let answer = try await client.send()
              #expect(answer.status == 200)
            }
          }
        }
      }
    }
  }

  @Test func anHTTP2ConnectionWithoutAStreamMakesRoom() async throws {
    try await HTTP2Listener.run(configuration: Self.configuration(2)) { listener in
      try await listener.connect { first in
        try await first.request(1)
        #expect(try await first.answer(to: 1).status == 200)
        try await listener.connect { second in
          try await second.request(1)
          #expect(try await second.answer(to: 1).status == 200)
          // Its stream is open as long as its body is not there.
          try await first.request(3, "POST", "/", ends: false)
          // What came before it has been read.
          try await first.request(5)
          #expect(try await first.answer(to: 5).status == 200)
          try await listener.connect { third in
            try await third.request(1)
            #expect(try await third.answer(to: 1).status == 200)
          }
          try? await second.readToEnd()
          try await first.data(3, "x", ends: true)
          #expect(try await first.answer(to: 3).status == 200)
        }
      }
    }
  }
  /// Neither a body of which nothing comes, nor one that has begun, nor one without bytes that is
  /// not ended.
  @Test(arguments: [("1", ""), ("2", "x"), ("0", "")])
  func anHTTP2StreamWhoseRestDoesNotComeMakesRoom(length: String, beginning: String) async throws {
    try await HTTP2Listener.run(configuration: Self.configuration(1)) { listener in
      try await listener.connect { first in
        try await first.request(
          1, "POST", "/", fields: [("content-length", length)], ends: false)
        if !beginning.isEmpty { try await first.data(1, beginning) }
        // What came before it has been read.
        try await first.request(3)
        #expect(try await first.answer(to: 3).status == 200)
        try await listener.connect { second in
          try await second.request(1)
          #expect(try await second.answer(to: 1).status == 200)
        }
        try? await first.readToEnd()
      }
    }
  }

  /// A byte now and then does not count.
  @Test(arguments: [1024, 1])
  func anHTTP2BodyThatGoesOnIsRecentAgain(byteCount: Int) async throws {
    let read = Signal()
    try await HTTP2Listener.run(Self.reader(read), configuration: Self.configuration(2)) {
      listener in
      try await listener.connect { first in
        try await first.request(1, "POST", "/", ends: false)
        await read.wait()
        try await listener.connect { second in
          try await second.request(1, "POST", "/", ends: false)
          await read.wait()
          try await first.data(1, String(repeating: "y", count: byteCount))
          await read.wait()
          try await listener.connect { third in
            try await third.request(1)
            #expect(try await third.answer(to: 1).status == 200)
          }
          if byteCount > 1 {
            try? await second.readToEnd()
            try await first.data(1, "z", ends: true)
            #expect(try await first.answer(to: 1).status == 200)
          } else {
            try? await first.readToEnd()
            try await second.data(1, "z", ends: true)
            #expect(try await second.answer(to: 1).status == 200)
          }
        }
      }
    }
  }

  /// One stream that waits for its client does not outweigh one that is served.
  @Test func anHTTP2StreamUnderWayIsLeftAlone() async throws {
    let (begun, goOn) = (Signal(), Signal())
    let handler = Self.handler(begun: begun, goOn: goOn)
    try await HTTP2Listener.run(handler, configuration: Self.configuration(2)) { listener in
      try await listener.connect { first in
        try await first.request(1, "POST", "/", ends: false)
        try await first.request(3, "GET", "/slow")
        await begun.wait()
        try await listener.connect { second in
          try await second.request(1)
          #expect(try await second.answer(to: 1).status == 200)
          try await listener.connect { third in
            try await third.request(1)
            #expect(try await third.answer(to: 1).status == 200)
          }
          try? await second.readToEnd()
          goOn.send()
          #expect(try await first.answer(to: 3).status == 200)
        }
      }
    }
  }
}
