import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A TCP connection on which a test says exactly what it wants.
package struct RawConnection {
  /// A stream that is dropped unused ends the process. So those of connections that fail, or that
  /// come when nobody accepts them any more, stay here.
  private static let unused = Mutex<[ObjectIdentifier: NIOAsyncChannel<ByteBuffer, ByteBuffer>]>(
    [:])

  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  package let channel: any Channel

  /// Connects to a port of the loopback address, and closes the connection after `body`.
  ///
  /// - Parameters:
  ///   - address: The client's own, of this machine: all of 127.0.0.0/8 are.
  ///   - tls: What TLS is spoken with, to a server that is localhost.
  package static func open<R: Sendable>(
    port: Int, from address: String = "127.0.0.1", tls: NIOSSLContext? = nil,
    _ body: (inout RawConnection) async throws -> R
  ) async throws -> R {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      // Otherwise the kernel may take tens of megabytes for a test that does not read.
      .channelOption(.socketOption(.so_rcvbuf), value: 256 << 10)
      .bind(to: SocketAddress(ipAddress: address, port: 0))
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
          }
          return try stream(on: channel)
        }
      }
    return try await use(channel, body)
  }

  /// The stream of a channel, for ``use(_:_:)``.
  package static func stream(on channel: any Channel) throws -> NIOAsyncChannel<
    ByteBuffer, ByteBuffer
  > {
    let stream = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
    unused.withLock { $0[ObjectIdentifier(channel)] = stream }
    return stream
  }

  /// Hands a channel to `body`, and closes it afterwards.
  package static func use<R: Sendable>(
    _ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
    _ body: (inout RawConnection) async throws -> R
  ) async throws -> R {
    unused.withLock { $0[ObjectIdentifier(channel.channel)] = nil }
    return try await channel.executeThenClose { inbound, _ in
      var connection = RawConnection(
        inbound: inbound.makeAsyncIterator(), channel: channel.channel)
      return try await body(&connection)
    }
  }

  /// Returns when the kernel has taken it.
  package func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text))
  }

  /// Says that nothing more is sent; what comes can still be read. Over TLS by a farewell.
  package func closeSendingHalf() async throws {
    try await channel.close(mode: .output)
  }

  /// Ends the connection as a client's crash does: what is under way is lost, and the other side
  /// is told.
  package func reset() async throws {
    // A close that waits for nothing resets.
    let option = linger(l_onoff: 1, l_linger: 0)
    try await (channel as? any SocketOptionProvider)?.setSoLinger(option).get()
    try await channel.close()
  }

  /// What has come; nil at the end.
  package mutating func next() async throws -> ByteBuffer? {
    try await inbound.next(isolation: #isolation)
  }

  /// All that comes until the other side closes.
  package mutating func readToEnd() async throws -> String {
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
  package mutating func read(until end: String) async throws -> String {
    var text = ""
    while !text.contains(end), let buffer = try await inbound.next(isolation: #isolation) {
      text += String(buffer: buffer)
    }
    return text
  }

  /// What comes until all of it together has a match.
  package mutating func read(until end: Regex<Substring>) async throws -> String {
    var text = ""
    while try end.firstMatch(in: text) == nil,
      let buffer = try await inbound.next(isolation: #isolation)
    {
      text += String(buffer: buffer)
    }
    return text
  }

  /// Sends a request on a connection of its own and returns all that comes back.
  package static func exchange(port: Int, _ request: String) async throws -> String {
    try await open(port: port) { connection in
      try await connection.send(request)
      return try await connection.readToEnd()
    }
  }
}
