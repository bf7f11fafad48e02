import NIOCore
import NIOPosix

/// A TCP connection on which a test says exactly what it wants.
struct RawConnection {
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

  /// Connects to a port of the loopback address, and closes the connection after `body`.
  static func open<R: Sendable>(
    port: Int, _ body: (inout RawConnection) async throws -> R
  ) async throws -> R {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = RawConnection(inbound: inbound.makeAsyncIterator(), outbound: outbound)
      return try await body(&connection)
    }
  }

  func send(_ text: String) async throws {
    try await outbound.write(ByteBuffer(string: text))
  }

  /// All that comes until the other side closes.
  mutating func readToEnd() async throws -> String {
    var text = ""
    do {
      while let buffer = try await inbound.next(isolation: #isolation) {
        text += String(buffer: buffer)
      }
    } catch let error as IOError where error.errnoCode == ECONNRESET {
      // A close while bytes of ours were under way.
    }
    return text
  }

  /// What comes until `text` has come.
  mutating func read(until end: String) async throws -> String {
    var text = ""
    while !text.contains(end), let buffer = try await inbound.next(isolation: #isolation) {
      text += String(buffer: buffer)
    }
    return text
  }

  /// Sends a request on a connection of its own and returns all that comes back.
  static func exchange(port: Int, _ request: String) async throws -> String {
    try await open(port: port) { connection in
      try await connection.send(request)
      return try await connection.readToEnd()
    }
  }
}
