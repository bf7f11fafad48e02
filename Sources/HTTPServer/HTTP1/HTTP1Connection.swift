import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// The task of one HTTP/1 connection: one request after the other is handled and answered. Or of
/// one HTTP/2 stream, with its one request.
struct HTTP1Connection<Handler: RequestHandler>: Sendable {
  let connection: Connection
  let wire: HTTP1Handler
  let processor: RequestProcessor<Handler>

  /// Serves until either side ends the connection. What is under way when the client goes away, or
  /// when a request's time is over, is cancelled.
  func run() async {
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { await serve() }
        _ = await wire.interrupted()
        group.cancelAll()
      }
    } onCancel: {
      connection.channel.close(promise: nil)
    }
  }

  private func serve() async {
    reading: while true {
      switch await wire.nextRequest() {
      case .request(let head, let hasBody): await serve(head, hasBody: hasBody)
      case .failure(let refusal):
        await refuse(refusal)
        break reading
      case .closed, nil: break reading
      // What is left of a request on a connection that was broken off.
      case .body, .end: break reading
      }
    }
    wire.finish()
  }

  private func serve(_ head: HTTPRequestHead, hasBody: Bool) async {
    wire.beginRequest(knowsInformational: head.version.minor > 0)
    guard let request = HTTPRequest(head) else {
      return await refuse(.malformed(.invalidMethod))
    }
    let body =
      hasBody ? HTTP1RequestBody(handler: wire, expectsContinue: head.expectsContinue) : nil
    await answer(
      Request(head: request, body: body.map { .init(asyncSequence: $0) } ?? .init(buffer: .init())),
      version: head.version, keepsAlive: head.isKeepAlive && !head.isLast, body: body)
  }

  /// - Parameter version: that of the head, which is HTTP/1's for a stream too.
  private func answer(
    _ request: Request, version: HTTPVersion, keepsAlive: Bool, body: HTTP1RequestBody?
  ) async {
    let started = ContinuousClock.now
    let exchange = processor.exchange(
      of: request.headers, version: wire.isStream ? .http2 : version, on: connection, wire: wire)
    var handled = await processor.handle(request, exchange)
    if let refusal = wire.refusal {
      handled.response = processor.refuse(refusal, exchange).response
    }
    processor.complete(&handled.response, isHead: request.method == .head, exchange)
    let encoder = HTTP1ResponseEncoder(
      handled.response, isHead: request.method == .head, isHTTP10: version.minor == 0,
      keepsAlive: keepsAlive && wire.isReusable(bodyIsRead: body?.isRead ?? true))
    await write(handled.response, encoder, body)
    processor.observe(request.method, handled, exchange, since: started)
  }

  /// Tells the client what is wrong with its bytes.
  private func refuse(_ refusal: RequestRefusal) async {
    let started = ContinuousClock.now
    let exchange = processor.exchange(
      of: nil, version: wire.isStream ? .http2 : .http1_1, on: connection, wire: wire)
    var handled = processor.refuse(refusal, exchange)
    processor.complete(&handled.response, isHead: false, exchange)
    let encoder = HTTP1ResponseEncoder(
      handled.response, isHead: false, isHTTP10: false, keepsAlive: false)
    await write(handled.response, encoder, nil)
    processor.observe(nil, handled, exchange, since: started)
  }

  private func write(
    _ response: Response, _ encoder: HTTP1ResponseEncoder, _ body: HTTP1RequestBody?
  ) async {
    wire.beginResponse()
    if wire.isStream { return await HTTP2ResponseWriter.write(response, encoder, to: wire) }
    let writer = HTTP1ResponseWriter(response, encoder: encoder, handler: wire)
    try? await response.body.write(writer)
    if writer.isFinished {
      wire.endResponse(bodyIsRead: body?.isRead ?? true, closes: encoder.closes)
    } else {
      // The response stopped half-way: its client must not take it for whole.
      wire.abort()
    }
  }
}

extension HTTPRequestHead {
  fileprivate var expectsContinue: Bool {
    // A client of HTTP/1.0 knows no informational responses: RFC 9110, section 10.1.1.
    version.minor > 0 && headers.first(name: "expect")?.lowercased() == "100-continue"
  }

  /// Whether nothing after the request can be read for certain: the client may go on in another
  /// protocol, or its HTTP/1.0 has no chunks and it sends some (RFC 9112, section 6.1).
  fileprivate var isLast: Bool {
    method == .CONNECT || headers.contains(name: "upgrade")
      || (version.minor == 0 && headers.contains(name: "transfer-encoding"))
  }
}
