import NIOCore
import NIOTLS

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
