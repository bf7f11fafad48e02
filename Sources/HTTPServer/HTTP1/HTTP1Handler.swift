import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// The wire's side of one HTTP/1 connection: takes in what the decoder delivers, hands it to the
/// connection's task on demand, and writes what the task answers. An HTTP/2 stream looks to it like
/// a connection with one request: see ``HTTP2StreamCodec``.
///
/// It reads on while a request is served, up to a bound, so that a client that goes away is noticed.
///
/// Unchecked since all of it is touched on the channel's event loop only, where the connection's
/// task runs as well; each method that the task calls checks that.
final class HTTP1Handler: ChannelDuplexHandler, RequestConnection, @unchecked Sendable {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never

  enum Phase {
    /// Waits for a request.
    case idle
    /// A request is served, and the head of its response is not written yet.
    case serving
    case responding
    /// Our side is closed. What the client still sends is dropped.
    case lingering
    case closed
  }

  /// How long a task may go on after its time is over, and how long we wait for a client to read
  /// the last response.
  private static let grace = (task: TimeAmount.seconds(5), client: TimeAmount.seconds(5))

  /// Bytes written at once: of more, a client that reads slowly would show no sign of life.
  static let maximumWrite = 64 << 10

  private static let bytesOfProgress = 1 << 10

  /// Whether the channel is an HTTP/2 stream, which takes frames and no bytes.
  let isStream: Bool
  private let idleTimeout: TimeAmount
  private let requestTimeout: TimeAmount
  private let activity: (any RequestActivity)?

  // Not private, but only this class's extensions touch them.
  let channel: any Channel
  let scheduler: RequestScheduler
  var context: ChannelHandlerContext?
  var inbound = InboundBuffer()
  var phase = Phase.idle
  var isReadPending = false
  var isQuiescing = false
  /// Whether the request that was taken last has a body whose end has not been taken.
  var isInBody = false
  var lastActivity = NIODeadline.now()
  private var requestDeadline: NIODeadline?
  /// Whether progress of the body puts the deadline off.
  private var bodyRenewsDeadline = false
  private var knowsInformational = false
  private var lastTrailers: HTTPHeaders?
  var timer: (task: Scheduled<Void>, due: NIODeadline)?
  private var reader: (id: Int, continuation: UnsafeContinuation<InboundBuffer.Item?, Never>)?
  /// Whether the connection, or stream, has told that it waits for its client.
  private var isWaiting = false
  /// When the client last sent the head of a request or a kilobyte of its body, or read what it was
  /// sent. A byte now and then is no sign of life.
  private var progress = NIODeadline.now()
  private var bytesSinceProgress = 0
  private var lastReader = 0
  private var writer: UnsafeContinuation<Void, Never>?
  private var interruption: Interruption?
  private var watcher: UnsafeContinuation<Interruption, Never>?

  /// To be called on the channel's event loop.
  init(
    channel: any Channel, configuration: ListenerConfiguration, isStream: Bool = false,
    activity: (any RequestActivity)? = nil
  ) {
    self.channel = channel
    self.activity = activity
    scheduler = .of(channel.eventLoop)
    self.isStream = isStream
    idleTimeout = TimeAmount(configuration.idleTimeout)
    requestTimeout = TimeAmount(configuration.requestTimeout)
  }

  // MARK: What the connection's task calls

  /// The next item, where a request is to begin.
  ///
  /// It does not look whether the task is cancelled: what has the connection's task cancelled also
  /// ends the connection, and then there is an item.
  func nextRequest() async -> InboundBuffer.Item? {
    if let item = itemAtHand() { return item }
    return await withUnsafeContinuation { read(lastReader + 1, $0) }
  }

  /// The next item of a body; nil if the waiting task was cancelled.
  func nextOfBody() async -> InboundBuffer.Item? {
    if let item = itemAtHand() { return item }
    let id = lastReader + 1
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        guard !Task.isCancelled else { return continuation.resume(returning: nil) }
        read(id, continuation)
      }
    } onCancel: {
      channel.eventLoop.execute { self.giveUpReading(id) }
    }
  }

  private func itemAtHand() -> InboundBuffer.Item? {
    channel.eventLoop.preconditionInEventLoop()
    // What came after the last request is not answered, and so not done.
    guard phase != .lingering else { return .closed }
    return takeItem()
  }

  private func read(
    _ id: Int, _ continuation: UnsafeContinuation<InboundBuffer.Item?, Never>
  ) {
    precondition(reader == nil, "one task at a time reads a connection")
    lastReader = id
    reader = (id, continuation)
    wait()
    arm()
  }

  /// The task begins with a request, and has only so much time.
  func beginRequest(knowsInformational: Bool) {
    channel.eventLoop.preconditionInEventLoop()
    phase = .serving
    self.knowsInformational = knowsInformational
    lastTrailers = nil
    requestDeadline = .now() + requestTimeout
    bodyRenewsDeadline = false
    arm()
  }

  func admit(as key: SchedulingKey?) async {
    await scheduler.admit(key)
  }

  func liftDeadline() {
    channel.eventLoop.preconditionInEventLoop()
    requestDeadline = nil
  }

  func renewDeadlineWhileBodyComes() {
    channel.eventLoop.preconditionInEventLoop()
    bodyRenewsDeadline = true
    renewDeadline()
  }

  func renewDeadline() {
    channel.eventLoop.preconditionInEventLoop()
    guard requestDeadline != nil, interruption == nil else { return }
    requestDeadline = .now() + requestTimeout
  }

  /// The task has read the end of a request's body.
  func endBody(_ trailers: HTTPHeaders?) {
    lastTrailers = trailers
  }

  var trailers: HTTPFields? {
    channel.eventLoop.preconditionInEventLoop()
    return lastTrailers.map { HTTPFields($0, splitCookie: false) }
  }

  func inform(_ response: HTTPResponse) {
    channel.eventLoop.preconditionInEventLoop()
    guard knowsInformational, phase == .serving else { return }
    let data =
      isStream
      ? NIOAny(HTTP2ResponseWriter.informational(response))
      : NIOAny(HTTP1ResponseEncoder.informational(response))
    context?.writeAndFlush(data, promise: nil)
  }

  /// Whether the connection can take another request after this one: nothing is to end it, all of
  /// this one has arrived, and the client may still send, or has sent, another.
  func isReusable(bodyIsRead: Bool) -> Bool {
    channel.eventLoop.preconditionInEventLoop()
    return !isQuiescing && interruption == nil && (bodyIsRead || inbound.hasEnd)
      && !inbound.hasLastRequest
  }

  /// The head of the response is about to be written.
  func beginResponse() {
    channel.eventLoop.preconditionInEventLoop()
    phase = .responding
    requestDeadline = nil
  }

  /// Writes what the channel takes, and waits while the client reads too slowly.
  ///
  /// - Throws: `ChannelError` if the client is gone.
  func write(_ data: some Sendable) async throws {
    channel.eventLoop.preconditionInEventLoop()
    guard let context, phase != .closed else { throw ChannelError.ioOnClosedChannel }
    lastActivity = .now()
    context.writeAndFlush(NIOAny(data), promise: nil)
    // A client that is answered before its request is whole may have reason to be silent.
    progress = lastActivity
    if isWaiting {
      goOn()
      wait()
    }
    // A write that fails ends the connection before it returns.
    guard phase != .closed else { throw ChannelError.ioOnClosedChannel }
    guard !channel.isWritable else { return }
    await withUnsafeContinuation { continuation in
      writer = continuation
      wait()
      arm()
    }
    if phase == .closed { throw ChannelError.ioOnClosedChannel }
  }

  /// The response is written.
  ///
  /// - Parameter closes: Whether it was the last one.
  func endResponse(bodyIsRead: Bool, closes: Bool) {
    channel.eventLoop.preconditionInEventLoop()
    guard phase != .closed else { return }
    lastActivity = .now()
    goOn()
    activity?.end(at: lastActivity)
    if closes || isQuiescing || !(bodyIsRead || inbound.dropBody()) {
      linger()
    } else {
      phase = .idle
      isInBody = false
      arm()
      readIfPending()
    }
  }

  /// Breaks the connection off, so that the client sees that the response is not whole.
  func abort() {
    channel.eventLoop.preconditionInEventLoop()
    channel.close(promise: nil)
  }

  /// Waits until what the task does is to be given up.
  func interrupted() async -> Interruption {
    channel.eventLoop.preconditionInEventLoop()
    if let interruption { return interruption }
    return await withUnsafeContinuation { watcher = $0 }
  }

  /// What the client is told instead of what the handler says, if its request was given up.
  var refusal: RequestRefusal? {
    switch interruption {
    case .overdue: .overdue
    case .stalled: .stalledBody
    case .gone, .finished, nil: nil
    }
  }

  /// The task is done.
  func finish() {
    channel.eventLoop.preconditionInEventLoop()
    interrupt(.finished)
    if phase != .lingering { channel.close(promise: nil) }
  }

  // MARK: Reading

  private func takeItem() -> InboundBuffer.Item? {
    defer { readIfPending() }
    let item = inbound.take()
    switch item {
    case .request(_, let hasBody):
      progress = .now()
      bytesSinceProgress = 0
      // Its task may begin with it a little later: until then the connection is not idle either.
      phase = .serving
      isInBody = hasBody
      activity?.begin()
    case .body(let bytes):
      bytesSinceProgress += bytes.readableBytes
      if bytesSinceProgress >= Self.bytesOfProgress {
        progress = .now()
        bytesSinceProgress = 0
        if bodyRenewsDeadline { renewDeadline() }
      }
    case .end:
      isInBody = false
      if bodyRenewsDeadline { renewDeadline() }
    default: break
    }
    return item
  }

  func deliver() {
    guard let reader, let item = takeItem() else { return }
    stopReading()
    reader.continuation.resume(returning: item)
  }

  private func giveUpReading(_ id: Int) {
    guard let reader, reader.id == id else { return }
    stopReading()
    reader.continuation.resume(returning: nil)
  }

  private func stopReading() {
    reader = nil
    goOn()
    if writer != nil { wait() }
  }

  /// Tells that it is up to the client whether a request goes on. Not before its head on a
  /// connection, which is idle then; a stream has been opened for one.
  private func wait() {
    guard !isWaiting, phase != .idle || isStream else { return }
    isWaiting = true
    activity?.wait(since: progress)
  }

  private func goOn() {
    guard isWaiting else { return }
    isWaiting = false
    activity?.goOn()
  }

  private func readIfPending() {
    guard isReadPending, !inbound.isFull else { return }
    isReadPending = false
    context?.read()
  }

  // MARK: Ending

  func resumeWriter() {
    guard let writer else { return }
    self.writer = nil
    lastActivity = .now()
    progress = lastActivity
    goOn()
    if reader != nil { wait() }
    writer.resume()
  }

  func interrupt(_ interruption: Interruption) {
    guard self.interruption == nil else { return }
    self.interruption = interruption
    watcher?.resume(returning: interruption)
    watcher = nil
  }

  /// Closes our side at once, and the rest when the client has read the response, or soon after:
  /// closing with bytes unread would make the kernel take the response back, and closing a stream
  /// would drop what its client has not made room for.
  private func linger() {
    phase = .lingering
    channel.close(mode: .output, promise: nil)
    guard phase != .closed else { return }
    timer?.task.cancel()
    let due = NIODeadline.now() + (isStream ? idleTimeout : Self.grace.client)
    let task = channel.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [channel] in
      channel.close(promise: nil)
    }
    timer = (task, due)
  }

  // MARK: Time

  /// When something has to happen if nothing else does.
  private var due: NIODeadline? {
    switch phase {
    case .idle: return lastActivity + idleTimeout
    case .serving, .responding:
      guard writer != nil || (reader != nil && interruption == nil) else { return requestDeadline }
      let silence = lastActivity + idleTimeout
      return requestDeadline.map { min($0, silence) } ?? silence
    case .lingering, .closed: return nil
    }
  }

  /// Sees to it that the timer goes off in time. One that goes off early is set again.
  func arm() {
    guard let due, timer.map({ due < $0.due }) ?? true else { return }
    timer?.task.cancel()
    let task = channel.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
      timer = nil
      checkTime()
    }
    timer = (task, due)
  }

  private func checkTime() {
    guard let due else { return }
    guard due <= .now() else { return arm() }
    let isOverdue = requestDeadline.map { $0 <= .now() } ?? false
    guard interruption == nil, isOverdue || (phase == .serving && reader != nil) else {
      return channel.close(promise: nil)
    }
    requestDeadline = .now() + Self.grace.task
    interrupt(isOverdue ? .overdue : .stalled)
    arm()
  }
}

extension HTTP1Handler {
  /// Why the request being served is to be given up.
  enum Interruption {
    /// The client has gone away, or stopped in the middle of a request.
    case gone
    /// The time for the request is over.
    case overdue
    /// The rest of its body does not come.
    case stalled
    /// The connection's task is done.
    case finished
  }
}
