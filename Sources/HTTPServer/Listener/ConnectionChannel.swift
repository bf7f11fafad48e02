import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// How a connection that a listener accepted becomes an HTTP/1 connection, and is served: within
/// the limits per peer, by a task on its channel's event loop.
struct ConnectionChannel<Handler: RequestHandler>: ServerChildChannel {
  struct Value: ServerChildChannelValue {
    let channel: any Channel
    let wire: HTTP1Handler
    let activity: ConnectionActivity
  }

  private let configuration: ListenerConfiguration
  private let open: OpenConnections
  private let processor: RequestProcessor<Handler>

  init(
    configuration: ListenerConfiguration, processor: RequestProcessor<Handler>, logger: Logger
  ) {
    self.configuration = configuration
    open = OpenConnections(
      limit: configuration.maximumConnections,
      limitPerPeer: configuration.maximumConnectionsPerPeer,
      grace: TimeAmount(configuration.idleGrace), logger: logger)
    self.processor = processor
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    setup(
      channel: channel, ConnectionActivity(channel: channel, configuration: configuration))
  }

  func setup(channel: any Channel, _ activity: ConnectionActivity) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let wire = HTTP1Handler(
        channel: channel, configuration: configuration, activity: activity)
      try channel.pipeline.syncOperations.addHandlers(
        ByteToMessageHandler(
          HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: .listener)),
        wire)
      return Value(channel: channel, wire: wire, activity: activity)
    }
  }

  @concurrent func handle(value: Value, logger: Logger) async {
    await admit(value.channel, value.activity, logger) { connection in
      await serve(value, connection)
    }
  }

  func serve(_ value: Value, _ connection: Connection) async {
    await HTTP1Connection(connection: connection, wire: value.wire, processor: processor).run()
  }

  /// Runs `serve` on the channel's event loop, unless the peer has too many connections.
  func admit(
    _ channel: any Channel, _ activity: ConnectionActivity, _ logger: Logger,
    _ serve: (Connection) async -> Void
  ) async {
    let address = channel.remoteAddress
    let showsCertificate = configuration.tls?.demandsClientCertificates == true
    let connection = Connection(
      channel: channel, peer: address?.ipAddress ?? "unix", isSecure: configuration.tls != nil,
      isTrusted: showsCertificate || address.map(configuration.isTrusted) ?? false,
      isGateway: showsCertificate)
    let (peer, isTrusted) = (connection.peer, connection.isTrusted)
    guard open.admit(activity, of: peer, isTrusted: isTrusted) else {
      logger.notice("too many connections", metadata: ["peer": "\(peer)"])
      channel.close(promise: nil)
      return
    }
    channel.closeFuture.whenComplete { [open] _ in
      open.leave(activity, of: peer, isTrusted: isTrusted)
    }
    open.makeRoom(for: (activity, peer), on: channel.eventLoop)
    await withTaskExecutorPreference(EventLoopTaskExecutor(channel.eventLoop)) {
      await serve(connection)
    }
  }
}

extension NIOHTTPDecoderLimitConfiguration {
  /// What the head of a request may have, over either protocol.
  static var listener: Self {
    var limits = Self()
    limits.maxHeaderFieldSize = 16 << 10
    limits.maxHeaderListSize = 64 << 10
    limits.maxHeaderFieldCount = 200
    return limits
  }
}

/// Runs tasks on one event loop, so that a connection's task and its channel share a thread and a
/// read wakes nobody else.
final class EventLoopTaskExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
