import NIOCore
import NIOHTTP2

/// Ends an HTTP/2 connection: in good order when it has had no stream for too long or the process
/// is on its way out, and at once when its client has broken the protocol.
///
/// Good order is a GOAWAY that names the last stream, so that a client knows what it may send again
/// elsewhere, a PING whose answer tells that it has seen it, and the end of all streams. While there
/// are streams, a GOAWAY that refuses nothing comes first (RFC 9113, section 6.8); without any, the
/// library takes no more after the first.
///
/// Unchecked since all of it is touched on the channel's event loop only.
final class HTTP2ConnectionKeeper: ChannelInboundHandler, NIOHTTP2StreamDelegate,
  NIOHTTP2FrameDelegate, RequestActivity, @unchecked Sendable
{
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  private enum Phase {
    case serving
    /// The client is asked to go.
    case asked
    /// It is told which stream was the last.
    case told
  }

  /// How long a client may take to answer.
  private static let grace = TimeAmount.seconds(5)

  private let channel: any Channel
  private let activity: ConnectionActivity
  private let idleTimeout: TimeAmount
  private let farewell = HTTP2PingData(withInteger: .random(in: .min ... .max))
  private var context: ChannelHandlerContext?
  private var phase = Phase.serving
  private var hasAnswered = false
  private var streams = 0
  /// How many of them wait for their client.
  private var waitingStreams = 0
  /// When the client last did something in earnest for one of them.
  private var progress = NIODeadline.now()
  private var lastStream = HTTP2StreamID.rootStream
  private var timer: Scheduled<Void>?

  init(channel: any Channel, activity: ConnectionActivity, idleTimeout: TimeAmount) {
    self.channel = channel
    self.activity = activity
    self.idleTimeout = idleTimeout
  }

  // MARK: What the library tells

  func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
    streams += 1
    tellActivity()
    lastStream = id
    timer?.cancel()
  }

  func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
    streams -= 1
    tellActivity()
    proceed()
  }

  /// The library does not close a connection that it has told of an error.
  func wroteFrame(_ frame: HTTP2Frame) {
    if case .goAway(_, let code, _) = frame.payload, code != .noError { closeSoon() }
  }

  // MARK: What the streams tell

  /// A stream is under way from its beginning to its end, and waits in between.
  func begin() {}

  func wait(since time: NIODeadline) {
    waitingStreams += 1
    progress = max(progress, time)
    tellActivity()
  }

  func goOn() {
    waitingStreams -= 1
    tellActivity()
  }

  func end(at time: NIODeadline) {}

  /// A stream may be closed before it has stopped waiting.
  private func tellActivity() {
    if streams == 0 {
      activity.end(at: .now())
    } else if waitingStreams >= streams {
      activity.wait(since: progress)
    } else {
      activity.begin()
    }
  }

  // MARK: What the channel calls

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    proceed()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard phase != .serving, case .ping(farewell, true) = unwrapInboundIn(data).payload else {
      return
    }
    hasAnswered = true
    proceed()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent, phase == .serving {
      phase = .asked
      if streams > 0 { write(.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)) }
      proceed()
      write(.ping(farewell, ack: false))
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  private func write(_ payload: HTTP2Frame.FramePayload) {
    let frame = HTTP2Frame(streamID: .rootStream, payload: payload)
    context?.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  // MARK: What comes next

  private func proceed() {
    if phase == .asked, streams == 0 || hasAnswered {
      phase = .told
      write(.goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil))
    }
    // Streams have deadlines of their own.
    guard streams == 0, channel.isActive else { return }
    timer?.cancel()
    if phase == .serving {
      timer = schedule(in: idleTimeout) { channel in
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      }
    } else if hasAnswered {
      closeSoon()
    } else {
      timer = schedule(in: min(Self.grace, idleTimeout)) { $0.close(promise: nil) }
    }
  }

  /// Closes the connection after what is being written is flushed.
  private func closeSoon() {
    channel.eventLoop.execute { [channel] in channel.close(promise: nil) }
  }

  private func schedule(
    in delay: TimeAmount, _ action: @escaping @Sendable (any Channel) -> Void
  ) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: delay) { [channel] in action(channel) }
  }
}
