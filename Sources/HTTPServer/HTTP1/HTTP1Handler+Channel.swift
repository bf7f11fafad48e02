import NIOCore
import NIOHTTP1

/// What the channel calls.
extension HTTP1Handler {
  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { arm() }
  }

  func channelActive(context: ChannelHandlerContext) {
    lastActivity = .now()
    arm()
    context.fireChannelActive()
  }

  /// A channel that is closed before it was active is removed without having become inactive.
  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    end()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase != .lingering else { return }
    lastActivity = .now()
    scheduler.hasRead()
    if inbound.receive(unwrapInboundIn(data)) { deliver() }
  }

  func read(context: ChannelHandlerContext) {
    if inbound.isFull { isReadPending = true } else { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if channel.isWritable { resumeWriter() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case let error as HTTPParserError:
      inbound.finish(.failure(.malformed(error)))
      deliver()
    // What comes after bytes that were no HTTP.
    case is ByteToMessageDecoderError: break
    default: channel.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed: inputEnded()
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      if phase == .idle, inbound.isEmpty { channel.close(promise: nil) }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
  }

  private func end() {
    phase = .closed
    timer?.task.cancel()
    timer = nil
    inbound.finish(.closed)
    deliver()
    interrupt(.gone)
    resumeWriter()
  }

  /// The client sends no more, which does not say that it waits for no answer (RFC 9112, section
  /// 9.6): whatever has come whole is answered. If it has gone altogether, a write finds that out.
  private func inputEnded() {
    inbound.finish(.closed)
    deliver()
    switch phase {
    case .idle where inbound.isEmpty, .lingering: channel.close(promise: nil)
    case .serving where isInBody && !inbound.hasEnd, .responding where isInBody && !inbound.hasEnd:
      interrupt(.gone)
    default: break
    }
  }
}
