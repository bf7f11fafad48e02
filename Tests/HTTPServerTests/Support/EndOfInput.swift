import HTTPServer
import HTTPSupport
import NIOCore
import NIOHTTP1
import TestSupport

/// Sees the end of what a connection's client sends, as its listener does.
final class EndOfInput: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer

  private let seen = Signal()

  /// Waits until the client of the request that a handler is at sends no more, and the listener
  /// has taken that in.
  ///
  /// - Parameter ready: Is called when the end will be seen.
  static func wait(on connection: Connection, _ ready: @Sendable () -> Void) async throws {
    let end = EndOfInput()
    let channel = connection.channel
    try await channel.eventLoop.submit {
      let pipeline = channel.pipeline.syncOperations
      // Above TLS, whose end comes before the socket's.
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(end, position: .before(decoder))
    }.get()
    ready()
    await end.seen.wait()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    context.fireUserInboundEventTriggered(event)
    if event as? ChannelEvent == .inputClosed { seen.send() }
  }
}
