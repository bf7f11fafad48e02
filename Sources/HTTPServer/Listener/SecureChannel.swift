import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// How a connection becomes a TLS connection, and then one of HTTP/2 or HTTP/1, as its client
/// chooses (ALPN).
struct SecureChannel<Handler: RequestHandler>: ServerChildChannel {
  typealias HTTP1 = ConnectionChannel<Handler>
  typealias HTTP2 = HTTP2Channel<Handler>

  enum Negotiated: Sendable {
    case http1(HTTP1.Value)
    case http2(HTTP2.Value)
  }

  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let activity: ConnectionActivity
    let negotiated: EventLoopFuture<Negotiated>
  }

  let tls: TLSContext
  let http1: HTTP1
  let http2: HTTP2
  let handshakeTimeout: Duration

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let activity = ConnectionActivity(
        channel: channel, configuration: http2.configuration)
      let negotiation = NIOTypedApplicationProtocolNegotiationHandler { result in
        switch result {
        case .negotiated("h2"): http2.setup(channel: channel, activity).map(Negotiated.http2)
        case .negotiated, .fallback:
          http1.setup(channel: channel, activity).map(Negotiated.http1)
        }
      }
      try channel.pipeline.syncOperations.addHandlers(
        NIOSSLServerHandler(context: tls.current), negotiation)
      let timeout = channel.eventLoop.scheduleTask(in: TimeAmount(handshakeTimeout)) {
        channel.close(promise: nil)
      }
      let negotiated = negotiation.protocolNegotiationResult
      negotiated.whenComplete { _ in timeout.cancel() }
      return Value(channel: channel, activity: activity, negotiated: negotiated)
    }
  }

  @concurrent func handle(value: Value, logger: Logger) async {
    await http1.admit(value.channel, value.activity, logger) { connection in
      do {
        switch try await value.negotiated.get() {
        case .http1(let value): await http1.serve(value, connection)
        case .http2(let value): await http2.serve(value, connection)
        }
      } catch {
        logger.debug("a TLS handshake failed", metadata: ["error": "\(error)"])
        value.channel.close(promise: nil)
      }
    }
  }
}
