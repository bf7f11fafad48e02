import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Hummingbird's HTTP/1 server, with three changes: our own codec, limits per peer, and each
/// connection's task on its channel's event loop.
struct ConnectionChannel<Handler: RequestHandler>: HTTPChannelHandler {
  typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  private let configuration: ListenerConfiguration
  private let limiter: PeerLimiter
  private let exchange: RequestExchange<Handler>
  let responder: HTTPChannelHandler.Responder

  init(configuration: ListenerConfiguration, exchange: RequestExchange<Handler>) {
    self.configuration = configuration
    limiter = PeerLimiter(limit: configuration.maximumConnectionsPerPeer)
    self.exchange = exchange
    responder = { _, _, _ in preconditionFailure("handle(value:logger:) binds one per connection") }
  }

  private init(_ other: ConnectionChannel, connection: Connection) {
    configuration = other.configuration
    limiter = other.limiter
    exchange = other.exchange
    responder = { [exchange] request, writer, _ in
      try await exchange.serve(request, writer, connection)
    }
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      var limits = NIOHTTPDecoderLimitConfiguration()
      limits.maxHeaderFieldSize = 16 << 10
      limits.maxHeaderListSize = 64 << 10
      limits.maxHeaderFieldCount = 200
      try pipeline.configureHTTPServerPipeline(
        withPipeliningAssistance: false, withErrorHandling: false,
        withOutboundHeaderValidation: false, withEncoderConfiguration: .init(),
        withDecoderLimitConfiguration: limits)
      try pipeline.addHandlers(RequestHeadCodec(), LingeringClose())
      try pipeline.addHandler(
        HTTPConnectionStateHandler(idleTimeout: configuration.idleTimeout, logger: logger))
      return try NIOAsyncChannel(
        wrappingChannelSynchronously: channel,
        configuration: .init(isOutboundHalfClosureEnabled: true))
    }
  }

  @concurrent func handle(value: Value, logger: Logger) async {
    let address = value.channel.remoteAddress
    let connection = Connection(
      channel: value.channel, peer: address?.ipAddress ?? "unix",
      isTrusted: address.map(configuration.isTrusted) ?? false)
    guard connection.isTrusted || limiter.admit(connection.peer) else {
      logger.notice("too many connections", metadata: ["peer": "\(connection.peer)"])
      try? await value.executeThenClose { _, _ in }
      return
    }
    await withTaskExecutorPreference(EventLoopTaskExecutor(value.channel.eventLoop)) {
      await ConnectionChannel(self, connection: connection)
        .handleHTTP(asyncChannel: value, logger: logger)
    }
    if !connection.isTrusted { limiter.leave(connection.peer) }
  }
}
