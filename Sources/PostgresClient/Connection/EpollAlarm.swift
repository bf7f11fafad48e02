import CLibPQ
import NIOCore
import NIOPosix

/// Rings on an event loop when an epoll instance has events.
///
/// NIO watches only descriptors that it reads itself, and libpq reads its sockets itself. So the
/// kernel is asked to write to an eventfd when there is something in the epoll instance (io_submit(2),
/// IOCB_CMD_POLL), and NIO reads that.
struct EpollAlarm: Sendable {
  private let channel: EventLoopFuture<any Channel>

  /// Calls `ring` on the event loop, which must outlive it, for what comes from now on, until
  /// ``stop()``. Nil where the kernel has no such polls, or none for this process.
  init?(_ epoll: Int32, on eventLoop: any EventLoop, ring: @escaping @Sendable () -> Void) {
    var context: aio_context_t = 0
    guard terrace_aio_setup(&context) == 0 else { return nil }
    let event = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard event >= 0, terrace_aio_poll(context, epoll, event) == 1 else {
      terrace_aio_destroy(context)
      close(event)
      return nil
    }
    let poll = Poll(context: context, epoll: epoll, event: event)
    channel = NIOPipeBootstrap(group: eventLoop)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 16))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(poll, ring: ring))
        }
      }
      .takingOwnershipOfDescriptor(input: event)
      .map { $0 as any Channel }
    channel.whenFailure { preconditionFailure("the event loop does not take an eventfd: \($0)") }
  }

  func stop() {
    channel.whenSuccess { $0.close(promise: nil) }
  }

  private struct Poll: Sendable {
    let context: aio_context_t
    let epoll: Int32
    let event: Int32
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let poll: Poll
    private let ring: () -> Void
    private var isActive = true

    init(_ poll: Poll, ring: @escaping () -> Void) {
      self.poll = poll
      self.ring = ring
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      ringAndWait(context.eventLoop)
    }

    private func ringAndWait(_ eventLoop: any EventLoop) {
      guard isActive else { return }
      ring()
      // It may have been the last one.
      guard isActive, terrace_aio_poll(poll.context, poll.epoll, poll.event) != 1 else { return }
      // The kernel has no memory just now.
      eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
        self.ringAndWait(eventLoop)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      isActive = false
      terrace_aio_destroy(poll.context)
    }
  }
}
