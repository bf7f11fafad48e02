import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes the connection after a response that says `Connection: close`, which Hummingbird leaves
/// to the client: our side at once, the rest when the client has read it, or a second later. What
/// the client still sends is dropped.
final class LingeringClose: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private enum State {
    case open, closing, closed
  }

  private var state = State.open

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.headerFields[.connection] == "close": state = .closing
    case .end where state == .closing:
      state = .closed
      context.write(data, promise: promise)
      context.flush()
      context.close(mode: .output, promise: nil)
      closeLater(context.channel)
      return
    default: break
    }
    context.write(data, promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard state != .closed else { return }
    context.fireChannelRead(data)
  }

  private func closeLater(_ channel: any Channel) {
    channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
  }
}
