import HTTPSupport
import NIOCore
import NIOHPACK
import NIOPosix
import NIOSSL

/// An HTTP/2 connection on which a test says exactly which frames it sends. It acknowledges
/// settings and pings, and opens no window, unless it is told to.
package struct FrameConnection {
  private var connection: RawConnection
  private var received = ByteBuffer()
  private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
  private var answers: [Int: Answer] = [:]
  /// What the server has said of the connection's end.
  package private(set) var goAways: [(last: Int, error: Int)] = []
  package var answersPings = true

  /// Connects to a listener that is certified by `authority`, and says what a client says first.
  package static func open(
    port: Int, _ authority: TestAuthority, settings: [(id: Int, value: Int)] = [],
    greets: Bool = true, _ body: (inout FrameConnection) async throws -> Void
  ) async throws {
    var tls = try authority.clientConfiguration()
    tls.applicationProtocols = ["h2"]
    let context = try NIOSSLContext(configuration: tls)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.socketOption(.so_rcvbuf), value: 256 << 10)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: "localhost"))
          return try RawConnection.stream(on: channel)
        }
      }
    try await RawConnection.use(channel) { raw in
      var connection = FrameConnection(connection: raw)
      if greets { try await connection.greet(settings) }
      try await body(&connection)
    }
  }

  private func greet(_ settings: [(id: Int, value: Int)]) async throws {
    try await connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    var payload = ByteBuffer()
    for setting in settings {
      payload.writeInteger(UInt16(setting.id))
      payload.writeInteger(UInt32(setting.value))
    }
    try await send(.settings, payload: payload)
  }

  // MARK: Sending

  package func send(
    _ type: HTTP2FrameType, flags: UInt8 = 0, stream: Int = 0, payload: ByteBuffer = ByteBuffer()
  ) async throws {
    try await send([Self.frame(type, flags: flags, stream: stream, payload: payload)])
  }

  /// Sends frames in one piece.
  package func send(_ frames: [ByteBuffer]) async throws {
    var bytes = ByteBuffer()
    for frame in frames { bytes.writeImmutableBuffer(frame) }
    try await connection.channel.writeAndFlush(bytes)
  }

  /// Sends the head of a request, with the pseudo-header fields of a GET that are not overridden.
  package func request(
    _ stream: Int, _ method: String = "GET", _ path: String = "/",
    fields: [(String, String)] = [], ends: Bool = true
  ) async throws {
    try await head(
      stream,
      [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
        + fields, ends: ends)
  }

  /// Sends a head of just these fields.
  package func head(_ stream: Int, _ fields: [(String, String)], ends: Bool = true) async throws {
    try await send(Self.headers(stream, fields, ends: ends))
  }

  package func data(_ stream: Int, _ text: String, ends: Bool = false) async throws {
    try await send(
      .data, flags: ends ? 1 : 0, stream: stream, payload: ByteBuffer(string: text))
  }

  package func reset(_ stream: Int) async throws {
    try await send(.reset, stream: stream, payload: ByteBuffer(integer: UInt32(8)))
  }

  /// Makes room for so many bytes.
  package func window(_ stream: Int, _ size: Int) async throws {
    try await send(.windowUpdate, stream: stream, payload: ByteBuffer(integer: UInt32(size)))
  }

  /// The frames of a head: HEADERS, and as many CONTINUATION frames as it takes.
  package static func headers(
    _ stream: Int, _ fields: [(String, String)], ends: Bool = true
  ) -> [ByteBuffer] {
    var block = ByteBuffer()
    for (name, value) in fields {
      block.writeInteger(UInt8(0))
      write(name, to: &block)
      write(value, to: &block)
    }
    var frames: [ByteBuffer] = []
    while block.readableBytes > 0 || frames.isEmpty {
      // It is at most what is left, so that it can be read.
      let piece = block.readSlice(length: min(block.readableBytes, 16 << 10))!
      let isLast = block.readableBytes == 0
      let flags: UInt8 = (isLast ? 4 : 0) | (frames.isEmpty && ends ? 1 : 0)
      frames.append(
        frame(
          frames.isEmpty ? .headers : .continuation, flags: flags, stream: stream, payload: piece))
    }
    return frames
  }

  package static func frame(
    _ type: HTTP2FrameType, flags: UInt8 = 0, stream: Int = 0, payload: ByteBuffer = ByteBuffer()
  ) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeInteger(UInt32(payload.readableBytes) << 8 | UInt32(type.rawValue))
    frame.writeInteger(flags)
    frame.writeInteger(UInt32(stream))
    frame.writeImmutableBuffer(payload)
    return frame
  }

  /// A string of HPACK, as it is (RFC 7541, sections 5.1 and 5.2).
  private static func write(_ text: String, to block: inout ByteBuffer) {
    var rest = text.utf8.count
    if rest < 127 {
      block.writeInteger(UInt8(rest))
    } else {
      block.writeInteger(UInt8(127))
      rest -= 127
      while rest >= 128 {
        block.writeInteger(UInt8(rest % 128 + 128))
        rest /= 128
      }
      block.writeInteger(UInt8(rest))
    }
    block.writeString(text)
  }

  // MARK: Receiving

  /// What comes on a stream until it ends, or the connection does.
  package mutating func answer(to stream: Int) async throws -> Answer {
    try await answer(to: stream) { $0.isEnded }
  }

  /// What has come on a stream when it is `enough`, or has ended.
  package mutating func answer(to stream: Int, _ enough: (Answer) -> Bool) async throws -> Answer {
    while !answers[stream, default: Answer()].isEnded, !enough(answers[stream, default: Answer()]),
      try await receive()
    {}
    return answers[stream, default: Answer()]
  }

  /// The error that a stream is reset with, perhaps after its answer's end.
  package mutating func reset(of stream: Int) async throws -> Int? {
    while answers[stream]?.reset == nil, try await receive() {}
    return answers[stream]?.reset
  }

  /// Returns when the server has closed the connection.
  package mutating func readToEnd() async throws {
    while try await receive() {}
  }

  /// Returns when the server has asked the client to go, or has closed the connection.
  package mutating func readToGoAway() async throws {
    while goAways.isEmpty, try await receive() {}
  }

  /// Takes in a frame; false at the connection's end.
  private mutating func receive() async throws -> Bool {
    while true {
      if let frame = nextFrame() {
        try await process(frame)
        return true
      }
      do {
        guard var bytes = try await connection.next() else { return false }
        received.writeBuffer(&bytes)
      } catch is IOError {
        return false
      } catch is NIOSSLError {
        return false
      }
    }
  }

  private mutating func nextFrame() -> ReceivedFrame? {
    guard let start: UInt32 = received.getInteger(at: received.readerIndex),
      received.readableBytes >= 9 + Int(start >> 8), let head = received.readSlice(length: 9),
      let payload = received.readSlice(length: Int(start >> 8))
    else { return nil }
    if received.readableBytes == 0 { received.clear() }
    return ReceivedFrame(head: head, payload: payload)
  }

  private mutating func process(_ frame: ReceivedFrame) async throws {
    var payload = frame.payload
    switch frame.type {
    // The server may have closed the connection by now.
    case .settings where frame.flags & 1 == 0: try? await send(.settings, flags: 1)
    case .ping where frame.flags & 1 == 0 && answersPings:
      try? await send(.ping, flags: 1, payload: payload)
    case .goAway:
      if let last: UInt32 = payload.readInteger(), let error: UInt32 = payload.readInteger() {
        goAways.append((Int(last), Int(error)))
      }
    case .headers:
      let fields = try decoder.decodeHeaders(from: &payload)
      answers[frame.stream, default: Answer()].receive(fields)
      fallthrough
    case .data:
      if frame.type == .data {
        answers[frame.stream, default: Answer()].bytes.writeBuffer(&payload)
      }
      if frame.flags & 1 == 1 { answers[frame.stream, default: Answer()].isEnded = true }
    case .reset:
      answers[frame.stream, default: Answer()].isEnded = true
      answers[frame.stream]?.reset = payload.readInteger(as: UInt32.self).map(Int.init)
    default: break
    }
  }
}
