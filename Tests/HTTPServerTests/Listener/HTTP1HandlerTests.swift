import HTTPSupport
import Hummingbird
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTP2
import TestSupport
import Testing

@testable import HTTPServer

/// What is too quick for a test to see from outside.
struct HTTP1HandlerTests {
  /// A channel that is not active yet.
  private static func unopened(
    _ channel: EmbeddedChannel = .init(), isStream: Bool = false
  ) throws -> (EmbeddedChannel, HTTP1Handler) {
    let handler = HTTP1Handler(
      channel: channel, configuration: TestListener.configuration, isStream: isStream)
    try channel.pipeline.syncOperations.addHandler(handler)
    return (channel, handler)
  }

  private static func channel() throws -> EmbeddedChannel {
    let (channel, _) = try unopened()
    channel.connect(to: try SocketAddress(unixDomainSocketPath: "/nowhere"), promise: nil)
    return channel
  }

  @Test func aConnectionIsIdleOnlyFromWhenItIsOpen() throws {
    let (channel, handler) = try Self.unopened()
    #expect(handler.timer == nil)
    channel.connect(to: try SocketAddress(unixDomainSocketPath: "/nowhere"), promise: nil)
    #expect(handler.timer != nil)
    channel.close(promise: nil)
  }

  @Test func aConnectionThatIsClosedBeforeItIsOpenEndsItsTask() throws {
    let (channel, handler) = try Self.unopened()
    channel.close(promise: nil)
    channel.embeddedEventLoop.run()
    if case .closed = handler.inbound.take() { return }
    Issue.record("its task waits for ever")
  }

  @Test func aStreamThatHasEndedIsHeldByNothing() throws {
    let eventLoop = EmbeddedEventLoop()
    weak var left: EmbeddedChannel?
    do {
      let channel = EmbeddedChannel(loop: eventLoop)
      left = channel
      try channel.pipeline.syncOperations.addHandler(HTTP2StreamCodec())
      let (_, handler) = try Self.unopened(channel, isStream: true)
      channel.connect(to: try SocketAddress(unixDomainSocketPath: "/nowhere"), promise: nil)
      // It waits for the client to take the response, which the client does.
      handler.endResponse(bodyIsRead: true, closes: true)
      channel.close(promise: nil)
      eventLoop.run()
    }
    #expect(left == nil)
  }

  @Test func aShutdownEndsAnIdleConnectionAtOnce() throws {
    let channel = try Self.channel()
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(!channel.isActive)
  }

  @Test func aShutdownLeavesARequestThatHasComeAndIsNotBegun() throws {
    let channel = try Self.channel()
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    try channel.writeInbound(HTTPServerRequestPart.head(head))
    try channel.writeInbound(HTTPServerRequestPart.end(nil))
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(channel.isActive)
    channel.close(promise: nil)
  }

  /// Each slice that a slow client takes is a sign of life.
  @Test(arguments: [false, true])
  func aLargePieceOfABodyIsWrittenInSlices(isStream: Bool) async throws {
    let (channel, handler) = try Self.unopened(isStream: isStream)
    channel.connect(to: try SocketAddress(unixDomainSocketPath: "/nowhere"), promise: nil)
    let body = ByteBuffer(repeating: 0x78, count: 300_000)
    let response = Response(status: .ok, body: .init(byteBuffer: body))
    let encoder = HTTP1ResponseEncoder(
      response, isHead: false, isHTTP10: false, keepsAlive: true)
    if isStream {
      await HTTP2ResponseWriter.write(response, encoder, to: handler)
    } else {
      try await response.body.write(
        HTTP1ResponseWriter(response, encoder: encoder, handler: handler))
    }
    let slices = try isStream ? Self.writtenFrames(to: channel) : Self.written(to: channel)
    #expect(slices.allSatisfy { $0.readableBytes <= 64 << 10 })
    let whole = slices.map { String(buffer: $0) }.joined()
    #expect(whole.hasSuffix(String(buffer: body)))
    channel.close(promise: nil)
  }

  private static func written(to channel: EmbeddedChannel) throws -> [ByteBuffer] {
    var pieces: [ByteBuffer] = []
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { pieces.append(bytes) }
    return pieces
  }

  private static func writtenFrames(to channel: EmbeddedChannel) throws -> [ByteBuffer] {
    var pieces: [ByteBuffer] = []
    while let frames = try channel.readOutbound(as: [HTTP2Frame.FramePayload].self) {
      for case .data(let frame) in frames {
        if case .byteBuffer(let bytes) = frame.data { pieces.append(bytes) }
      }
    }
    return pieces
  }
}
