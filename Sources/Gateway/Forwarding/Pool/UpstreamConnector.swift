import HTTPServer
import HTTPSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS

/// Opens connections to upstreams.
struct UpstreamConnector: Sendable {
  /// TCP and TLS together.
  let timeout: TimeAmount
  /// What TLS is spoken with; nil for plain HTTP.
  let tls: TLSContext?

  /// - Returns: A connection, or an ``UpstreamError``.
  func connect(
    to upstream: Upstream, on eventLoop: any EventLoop, for pool: UpstreamPool
  ) -> EventLoopFuture<UpstreamConnection> {
    let deadline = NIODeadline.now() + timeout
    return ClientBootstrap(group: eventLoop)
      .connectTimeout(timeout)
      .channelOption(.autoRead, value: false)
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: upstream.host, port: upstream.port)
      .flatMapErrorThrowing { error in
        throw cause(of: error)
      }
      .flatMap { channel in
        secure(channel, to: upstream, until: deadline).flatMapThrowing {
          try Self.add(UpstreamConnection(upstream, channel: channel, pool: pool), to: channel)
        }.flatMapErrorThrowing { error in
          channel.close(promise: nil)
          throw error as? UpstreamError ?? .unreachable
        }
      }
  }

  private func cause(of error: any Error) -> UpstreamError {
    if error as? ChannelError == .connectTimeout(timeout) { return .connectTimeout }
    guard let error = error as? NIOConnectionError, error.connectionErrors.isEmpty else {
      return .unreachable
    }
    return .unresolved
  }

  /// Sees to it that the connection leads to the upstream.
  private func secure(
    _ channel: any Channel, to upstream: Upstream, until deadline: NIODeadline
  ) -> EventLoopFuture<Void> {
    guard upstream.mayBe(at: channel.remoteAddress) else {
      return channel.eventLoop.makeFailedFuture(UpstreamError.forbiddenAddress)
    }
    guard let context = tls?.current else { return channel.eventLoop.makeSucceededVoidFuture() }
    return channel.eventLoop.makeCompletedFuture {
      let handshake = TLSHandshake(until: deadline, on: channel.eventLoop)
      let handler = try NIOSSLClientHandler(context: context, serverHostname: upstream.serverName)
      try channel.pipeline.syncOperations.addHandlers(handler, handshake)
      return handshake.completed
    }.flatMap { $0 }
  }

  private static func add(
    _ connection: UpstreamConnection, to channel: any Channel
  ) throws -> UpstreamConnection {
    guard channel.isActive else { throw UpstreamError.unreachable }
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 16 << 10
    limits.maxHeaderListSize = 64 << 10
    limits.maxHeaderFieldCount = 200
    var framing = HTTPRequestEncoder.Configuration()
    framing.automaticallySetFramingHeaders = false
    let decoder = HTTPResponseDecoder(
      informationalResponseStrategy: .forward, limitConfiguration: limits)
    try channel.pipeline.syncOperations.addHandlers(
      HTTPRequestEncoder(configuration: framing), ByteToMessageHandler(decoder), connection)
    return connection
  }
}

/// Says when the handshake of a connection to an upstream is over, and gives it only so long.
final class TLSHandshake: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let promise: EventLoopPromise<Void>

  init(until deadline: NIODeadline, on eventLoop: any EventLoop) {
    promise = eventLoop.makePromise()
    let timeout = eventLoop.scheduleTask(deadline: deadline) { [promise] in
      promise.fail(UpstreamError.connectTimeout)
    }
    promise.futureResult.whenComplete { _ in timeout.cancel() }
  }

  var completed: EventLoopFuture<Void> { promise.futureResult }

  func handlerAdded(context: ChannelHandlerContext) {
    context.read()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.read()
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    context.fireUserInboundEventTriggered(event)
    guard case TLSUserEvent.handshakeCompleted = event else { return }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
    promise.succeed()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(UpstreamError.untrusted)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(UpstreamError.untrusted)
    context.fireChannelInactive()
  }
}
