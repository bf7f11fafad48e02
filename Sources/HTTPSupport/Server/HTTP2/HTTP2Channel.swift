import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// How a connection becomes an HTTP/2 connection, and is served: each stream by a task of its own.
struct HTTP2Channel<Handler: RequestHandler>: Sendable {
  typealias Stream = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
  typealias Value = NIOHTTP2Handler.AsyncStreamMultiplexer<Stream>

  let exchange: RequestExchange<Handler>
  let idleTimeout: Duration

  func setup(channel: any Channel) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let management = NIOHTTP2ServerConnectionManagementHandler(
        eventLoop: channel.eventLoop,
        configuration: .init(
          maxIdleTime: TimeAmount(idleTimeout), maxAge: nil, maxGraceTime: .seconds(30),
          keepalive: .init(pingInterval: TimeAmount(idleTimeout), ackTimeout: .seconds(20))))
      var configuration = NIOHTTP2Handler.Configuration()
      configuration.connection.initialSettings = [
        HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
        HTTP2Setting(parameter: .maxHeaderListSize, value: 64 << 10),
      ]
      // A client that closes its side has no use for the other: HTTP/2 knows no half of a connection.
      try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
      let pipeline = channel.pipeline.syncOperations
      let streams: Value = try pipeline.configureAsyncHTTP2Pipeline(
        mode: .server, streamDelegate: management.http2StreamDelegate,
        configuration: configuration
      ) { stream in
        stream.eventLoop.makeCompletedFuture {
          try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTPServerCodec())
          return try Stream(wrappingChannelSynchronously: stream)
        }
      }
      try pipeline.addHandler(management)
      return streams
    }
  }

  func serve(_ streams: Value, _ connection: Connection) async {
    await withDiscardingTaskGroup { group in
      // The connection's end, in good order or not, ends the streams' sequence.
      do {
        for try await stream in streams.inbound {
          let connection = Connection(
            channel: stream.channel, peer: connection.peer, isSecure: connection.isSecure,
            isTrusted: connection.isTrusted)
          group.addTask {
            await HTTP2Stream(connection: connection, exchange: exchange).run(stream)
          }
        }
      } catch {}
    }
  }
}
