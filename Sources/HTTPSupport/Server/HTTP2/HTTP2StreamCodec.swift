import NIOCore
import NIOHTTP1
import NIOHTTP2

/// Makes an HTTP/2 stream look like an HTTP/1 connection with one request, so that the same handler
/// and task serve both.
///
/// Takes lists of frames to write.
final class HTTP2StreamCodec: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = [HTTP2Frame.FramePayload]
  typealias OutboundOut = HTTP2Frame.FramePayload

  private enum Request {
    case none, begun, ended, refused
  }

  private var request = Request.none
  /// Is done when the end of the response is out.
  private var responseEnd: EventLoopFuture<Void>?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), request) {
    case (.headers(let frame), .none): receiveHead(frame, context)
    case (.headers(let frame), .begun): receiveEnd(HTTPHeaders(trailers: frame.headers), context)
    case (.data(let frame), .begun):
      if case .byteBuffer(let bytes) = frame.data, bytes.readableBytes > 0 {
        context.fireChannelRead(wrapInboundOut(.body(bytes)))
      }
      if frame.endStream { receiveEnd(nil, context) }
    // The rest of a request that was refused, and what is the connection's business.
    default: break
    }
  }

  private func receiveHead(
    _ frame: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext
  ) {
    do throws(HTTPParserError) {
      let head = try HTTPRequestHead(http2: frame.headers, hasBody: !frame.endStream)
      request = .begun
      context.fireChannelRead(wrapInboundOut(.head(head)))
      if frame.endStream { receiveEnd(nil, context) }
    } catch {
      request = .refused
      context.fireErrorCaught(error)
    }
  }

  private func receiveEnd(_ trailers: HTTPHeaders?, _ context: ChannelHandlerContext) {
    request = .ended
    context.fireChannelRead(wrapInboundOut(.end(trailers)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    for frame in unwrapOutboundIn(data) {
      var written: EventLoopPromise<Void>?
      if frame.endsStream {
        let promise = context.eventLoop.makePromise(of: Void.self)
        responseEnd = promise.futureResult
        written = promise
      }
      context.write(wrapOutboundOut(frame), promise: written)
    }
    promise?.succeed()
  }

  /// What ends our side of a connection tells a stream's client, once it has the response, that the
  /// rest of the request is not needed (RFC 9113, section 8.1).
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .output else { return context.close(mode: mode, promise: promise) }
    promise?.succeed()
    guard request != .ended else { return }
    let context = NIOLoopBound(context, eventLoop: context.eventLoop)
    responseEnd?.assumeIsolated().whenSuccess { [self] in
      guard request != .ended else { return }
      context.value.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }
  }
}

extension HTTP2Frame.FramePayload {
  fileprivate var endsStream: Bool {
    switch self {
    case .data(let frame): frame.endStream
    case .headers(let frame): frame.endStream
    default: false
    }
  }
}
