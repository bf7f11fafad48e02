import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Translates between NIO's HTTP/1 and the shared HTTP types, and hides nothing on the way: the
/// usual codec takes the first of several Host fields and drops an absolute target's authority.
///
/// Here `authority` is Host, several joined by commas (RFC 9110, section 5.3), and `path` is the
/// request target as it came.
final class RequestHeadCodec: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): read(head, context: context)
    case .body(let body): context.fireChannelRead(wrapInboundOut(.body(body)))
    case .end(let trailers):
      let trailers = trailers.map { HTTPFields($0, splitCookie: false) }
      context.fireChannelRead(wrapInboundOut(.end(trailers)))
    }
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    let part: HTTPServerResponsePart =
      switch unwrapOutboundIn(data) {
      case .head(let head): .head(HTTPResponseHead(head))
      case .body(let body): .body(.byteBuffer(body))
      case .end(let trailers): .end(trailers.map(HTTPHeaders.init))
      }
    context.write(wrapOutboundOut(part), promise: promise)
  }

  private func read(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    guard let method = try? HTTPRequest.Method(head.method) else {
      context.fireErrorCaught(HTTPParserError.invalidMethod)
      return
    }
    var fields = HTTPFields()
    fields.reserveCapacity(head.headers.count)
    var authority: String?
    for (name, value) in head.headers {
      if Self.isHost(name) {
        authority = authority.map { "\($0), \(value)" } ?? value
      } else if let name = HTTPField.Name(name) {
        fields.append(HTTPField(name: name, value: value))
      }
    }
    let request = HTTPRequest(
      method: method, scheme: "http", authority: authority, path: head.uri, headerFields: fields)
    if fields[.expect]?.lowercased() == "100-continue" { writeContinue(context: context) }
    context.fireChannelRead(wrapInboundOut(.head(request)))
  }

  private func writeContinue(context: ChannelHandlerContext) {
    let head = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  private static func isHost(_ name: String) -> Bool {
    name.utf8.count == 4 && name.lowercased() == "host"
  }
}
