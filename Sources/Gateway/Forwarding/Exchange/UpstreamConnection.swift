import NIOCore
import NIOHTTP1
import NIOSSL

/// One connection to an upstream, as the last handler of its channel.
///
/// It reads only while nothing that has arrived waits to be taken, so that a client that takes its
/// time holds its upstream back, and no more than one read of each response is in memory.
///
/// All state is touched on the channel's event loop only, which makes it safe to be sent.
final class UpstreamConnection: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private struct Waiting<T> {
    let continuation: CheckedContinuation<T, any Error>
    var since: NIODeadline
  }

  let upstream: Upstream
  /// From when on it gets no further request.
  let expiresAt: NIODeadline
  private let channel: any Channel
  /// Until the connection has ended: a pool lives as long as one of its connections does.
  private var pool: UpstreamPool?
  private var context: ChannelHandlerContext?
  private var machine = ExchangeStateMachine()
  private var exchange = 0
  private var reader: Waiting<UpstreamResponsePart>?
  private var writer: Waiting<Void>?
  /// When the upstream was last given something to do.
  private var asked = NIODeadline.now()

  init(_ upstream: Upstream, channel: any Channel, pool: UpstreamPool) {
    self.upstream = upstream
    self.channel = channel
    self.pool = pool
    expiresAt = .now() + pool.configuration.connectionAge()
  }

  /// Whether a request can be sent.
  var isIdle: Bool { machine.isIdle }

  private var eventLoop: any EventLoop { channel.eventLoop }

  // MARK: The request

  /// Sends the head of a request, and the whole of one that has no body.
  ///
  /// - Returns: A name for the exchange.
  func begin(_ request: ForwardedRequest) -> Int {
    exchange += 1
    asked = .now()
    machine.begin(hasBody: request.hasBody, isHeldBack: request.expectsContinue)
    guard let context else { return exchange }
    let sent = eventLoop.makePromise(of: Void.self)
    sent.futureResult.assumeIsolated().whenSuccess { self.machine.headSent() }
    context.write(wrapOutboundOut(.head(request.head)), promise: sent)
    if !request.hasBody { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
    context.flush()
    return exchange
  }

  /// Waits until there is room for a part of the body.
  ///
  /// - Throws: ``UpstreamError``, or `CancellationError`.
  func room() async throws {
    eventLoop.preconditionInEventLoop()
    if let error = machine.error { throw error }
    guard !channel.isWritable else { return }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        writer = Waiting(continuation: continuation, since: .now())
      }
    } onCancel: {
      eventLoop.execute { self.resumeWriter(throwing: CancellationError()) }
    }
  }

  /// Sends a part of the body.
  func send(_ bytes: ByteBuffer) {
    onEventLoop {
      self.asked = .now()
      self.machine.go()
      self.context?.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }
  }

  /// Sends the end of the body.
  func sendEnd(_ trailers: HTTPHeaders?) {
    onEventLoop {
      self.asked = .now()
      self.machine.requestEnded()
      self.context?.writeAndFlush(self.wrapOutboundOut(.end(trailers)), promise: nil)
    }
  }

  // MARK: The response

  /// What comes next of the response.
  func next() async throws -> UpstreamResponsePart {
    try await suspend { continuation in
      precondition(self.reader == nil, "one task reads a response")
      self.reader = Waiting(continuation: continuation, since: .now())
      self.deliver()
    }
  }

  /// Gives an exchange up, and the connection with it, unless it is over.
  func cancel(_ exchange: Int) {
    onEventLoop {
      guard exchange == self.exchange, !self.machine.isIdle else { return }
      self.fail(.cancelled)
    }
  }

  // MARK: The pool

  /// Gives up an exchange that has been waiting for too long.
  func check(_ limits: ForwardingConfiguration, now: NIODeadline) {
    if let writer, now - writer.since > limits.idleTimeout { return fail(.idleTimeout) }
    guard let reader else { return }
    switch machine.wait {
    case .go where now - asked > limits.continueTimeout:
      machine.go()
      self.reader = nil
      reader.continuation.resume(returning: UpstreamResponsePart())
    case .head where now - asked > limits.headTimeout: fail(.headTimeout)
    case .body where now - max(asked, reader.since) > limits.idleTimeout: fail(.idleTimeout)
    default: break
    }
  }

  func close() {
    channel.close(promise: nil)
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    context.read()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if let error = machine.receive(unwrapInboundIn(data)) { fail(error) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    deliver()
    if machine.wantsMore { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    resumeWriterIfWritable()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    // The channel's end says whether anything had been sent.
    case is IOError: context.close(promise: nil)
    case NIOSSLError.uncleanShutdown:
      machine.closed()
      context.close(promise: nil)
    // With TLS 1.3 a client hears only after the handshake that its certificate is refused.
    case is BoringSSLError: fail(.untrusted)
    case HTTPParserError.invalidEOFState: fail(.closed)
    default: fail(.invalidResponse)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    machine.closed()
    deliver()
    pool?.closed(self)
    pool = nil
  }

  // MARK: Waiting

  private func deliver() {
    if let error = machine.error { return resume(throwing: error) }
    guard let reader, let part = machine.take() else { return }
    self.reader = nil
    reader.continuation.resume(returning: part)
    if part.isEnd {
      machine.isIdle ? pool?.release(self) : fail(.closed)
    }
    if machine.wantsMore { context?.read() }
  }

  private func resumeWriterIfWritable() {
    guard channel.isWritable, let writer else { return }
    self.writer = nil
    writer.continuation.resume()
  }

  private func resumeWriter(throwing error: any Error) {
    let writer = writer
    self.writer = nil
    writer?.continuation.resume(throwing: error)
  }

  private func fail(_ error: UpstreamError) {
    machine.fail(error)
    deliver()
    channel.close(promise: nil)
  }

  private func resume(throwing error: UpstreamError) {
    let reader = reader
    self.reader = nil
    reader?.continuation.resume(throwing: error)
    resumeWriter(throwing: error)
  }

  private func suspend<T: Sendable>(
    _ body: @escaping @Sendable (CheckedContinuation<T, any Error>) -> Void
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      onEventLoop { body(continuation) }
    }
  }

  private func onEventLoop(_ body: @escaping @Sendable () -> Void) {
    eventLoop.inEventLoop ? body() : eventLoop.execute(body)
  }
}
