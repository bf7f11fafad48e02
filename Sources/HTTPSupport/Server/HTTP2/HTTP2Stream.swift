import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// The task of one HTTP/2 stream: one request and its response.
struct HTTP2Stream<Handler: RequestHandler>: Sendable {
  let connection: Connection
  let exchange: RequestExchange<Handler>

  /// Serves the request. It is cancelled when the client resets the stream or goes away.
  func run(_ stream: HTTP2Channel<Handler>.Stream) async {
    // What goes wrong on the wire has reset the stream by itself.
    try? await stream.executeThenClose { inbound, outbound in
      let reader = HTTP2RequestBody(inbound.makeAsyncIterator())
      guard let request = try await reader.request() else { return }
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask {
          try await answer(request, outbound)
          // Only now, or the stream would be reset before its end is out.
          outbound.finish()
          try await stream.channel.close()
        }
        try? await stream.channel.closeFuture.get()
        group.cancelAll()
      }
    }
  }

  private func answer(
    _ request: Request, _ outbound: NIOAsyncChannelOutboundWriter<HTTPResponsePart>
  ) async throws {
    let started = ContinuousClock.now
    let scope = exchange.scope(of: request, on: connection, wire: nil)
    var handled = await exchange.handle(request, scope)
    exchange.complete(&handled.response, isHead: request.method == .head, scope)
    // HTTP/2 has no such field: RFC 9113, section 8.2.2.
    handled.response.headers[.connection] = nil
    defer { exchange.observe(request, handled, scope, since: started) }
    try await ResponseWriter(outbound: outbound).write(
      response: handled.response.head, body: handled.response.body)
  }
}
