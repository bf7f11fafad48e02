import NIOCore
import NIOHPACK
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

extension HTTPRequestHead {
  /// The head of an HTTP/2 request in the form that one of HTTP/1 has: `:authority` is a Host field
  /// beside those that came as such unless they agree, cookies are one field, and a body whose
  /// length is not known is chunked.
  ///
  /// The library has seen to it that names are lower case, pseudo-header fields are there, once and
  /// first, and no field is about the connection.
  ///
  /// - Throws: `headerOverflow` if the fields exceed what HTTP/1 may have; another if the request
  ///   is malformed, or would be if it were written down as HTTP/1.
  init(http2 block: HPACKHeaders, hasBody: Bool) throws(HTTPParserError) {
    try Self.checkSize(block)
    var fields = HTTPHeaders()
    fields.reserveCapacity(block.count)
    var (method, path, authority) = ("", nil as String?, nil as String?)
    var cookies: [String] = []
    for (name, value, _) in block {
      switch name {
      case ":method": method = value
      case ":path": path = value
      case ":authority": authority = value
      case "cookie": cookies.append(value)
      case _ where name.hasPrefix(":"): break
      default: fields.add(name: name, value: value)
      }
    }
    if let authority, fields["host"] != [authority] { fields.add(name: "host", value: authority) }
    if !cookies.isEmpty { fields.add(name: "cookie", value: cookies.joined(separator: "; ")) }
    guard let target = path ?? authority, Self.isTarget(target, isPath: path != nil) else {
      throw .invalidURL
    }
    try Self.checkLength(fields)
    if hasBody, !fields.contains(name: "content-length") {
      fields.add(name: "transfer-encoding", value: "chunked")
    }
    self.init(
      version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: fields)
  }

  private static func checkSize(_ block: HPACKHeaders) throws(HTTPParserError) {
    let limits = NIOHTTPDecoderLimitConfiguration.listener
    var size = 0
    for (name, value, _) in block {
      let field = name.utf8.count + value.utf8.count
      size += field
      guard field <= limits.maxHeaderFieldSize else { throw .headerOverflow }
    }
    guard size <= limits.maxHeaderListSize, block.count <= limits.maxHeaderFieldCount else {
      throw .headerOverflow
    }
  }

  /// Whether a target has no character that would end it, and a path is one or `*`.
  private static func isTarget(_ text: String, isPath: Bool) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
      && (!isPath || text.hasPrefix("/") || text == "*")
  }

  private static func checkLength(_ fields: HTTPHeaders) throws(HTTPParserError) {
    let lengths = fields["content-length"]
    guard lengths.count < 2 else { throw .unexpectedContentLength }
    let isNumber = lengths.allSatisfy { length in
      length.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard isNumber else { throw .invalidContentLength }
  }
}

extension HTTPHeaders {
  /// The fields after a body.
  init(trailers block: HPACKHeaders) {
    self.init(block.map { ($0.name, $0.value) })
  }
}
