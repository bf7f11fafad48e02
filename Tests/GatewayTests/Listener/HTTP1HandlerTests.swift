import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPSupport

/// What is too quick for a test to see from outside.
struct HTTP1HandlerTests {
  private static func channel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(
      HTTP1Handler(channel: channel, configuration: TestListener.configuration))
    channel.connect(to: try SocketAddress(unixDomainSocketPath: "/nowhere"), promise: nil)
    return channel
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
}
