import NIOCore
import NIOHTTP1
import NIOHTTP2

/// How a connection becomes an HTTP/2 connection, and is served: each stream by a task of its own.
struct HTTP2Channel<Handler: RequestHandler>: Sendable {
  struct Stream: Sendable {
    let channel: any Channel
    let wire: HTTP1Handler
  }

  typealias Value = NIOHTTP2Handler.AsyncStreamMultiplexer<Stream>

  let processor: RequestProcessor<Handler>
  let configuration: ListenerConfiguration

  func setup(channel: any Channel, _ activity: ConnectionActivity) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let keeper = HTTP2ConnectionKeeper(
        channel: channel, activity: activity,
        idleTimeout: TimeAmount(configuration.idleTimeout))
      // A client that closes its side has no use for the other: HTTP/2 knows no half of a connection.
      try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
      let pipeline = channel.pipeline.syncOperations
      let streams: Value = try pipeline.configureAsyncHTTP2Pipeline(
        mode: .server, streamDelegate: keeper, frameDelegate: keeper,
        configuration: .listener, streamInitializer: { setup(stream: $0, keeper) })
      try pipeline.addHandler(keeper)
      return streams
    }
  }

  private func setup(
    stream: any Channel, _ keeper: HTTP2ConnectionKeeper
  ) -> EventLoopFuture<Stream> {
    stream.eventLoop.makeCompletedFuture {
      let wire = HTTP1Handler(
        channel: stream, configuration: configuration, isStream: true, activity: keeper)
      try stream.pipeline.syncOperations.addHandlers(HTTP2StreamCodec(), wire)
      return Stream(channel: stream, wire: wire)
    }
  }

  func serve(_ streams: Value, _ connection: Connection) async {
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        // The connection's end, in good order or not, ends the streams' sequence.
        do {
          for try await stream in streams.inbound {
            group.addTask { await serve(stream, connection) }
          }
        } catch {}
      }
    } onCancel: {
      connection.channel.close(promise: nil)
    }
  }

  private func serve(_ stream: Stream, _ connection: Connection) async {
    let channel = Connection(
      channel: stream.channel, peer: connection.peer, isSecure: connection.isSecure,
      isTrusted: connection.isTrusted, isGateway: connection.isGateway)
    await HTTP1Connection(connection: channel, wire: stream.wire, processor: processor).run()
    // What `Connection: close` says in HTTP/1.
    if processor.isDraining {
      connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }
}

extension NIOHTTP2Handler.Configuration {
  /// What a client may do on one connection. Of what attacks are made of, so much is allowed, and
  /// then the connection is closed: streams that the client resets (CVE-2023-44487) or breaks, and
  /// control frames (CVE-2019-9512, -9515), by number in a time; CONTINUATION frames
  /// (CVE-2024-27316) and empty ones (CVE-2019-9518) in a row; answers to control frames that it
  /// does not read.
  fileprivate static var listener: Self {
    var configuration = Self()
    configuration.connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
      // Twice of what is served, so that it is refused with an answer. Beyond, the connection ends.
      HTTP2Setting(
        parameter: .maxHeaderListSize,
        value: 2 * NIOHTTPDecoderLimitConfiguration.listener.maxHeaderListSize),
    ]
    configuration.connection.controlFrameRateLimit.maximumCount = 200
    configuration.connection.controlFrameRateLimit.windowLength = .seconds(30)
    configuration.connection.maximumSequentialContinuationFrames = 8
    configuration.connection.maximumSequentialEmptyDataFrames = 1
    configuration.connection.maximumBufferedControlFrames = 1000
    configuration.connection.maximumConnectionGlitches = 200
    configuration.stream.streamResetFrameRateLimit.maximumCount = 200
    configuration.stream.streamResetFrameRateLimit.windowLength = .seconds(30)
    configuration.stream.streamErrorRateLimit.maximumCount = 100
    configuration.stream.streamErrorRateLimit.windowLength = .seconds(30)
    return configuration
  }
}
