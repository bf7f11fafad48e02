import NIOCore
import NIOHTTP1

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
  private let channel: any Channel
  /// Until the connection has ended: a pool lives as long as one of its connections does.
  private var pool: UpstreamPool?
  private var context: ChannelHandlerContext?
  private var machine = ExchangeStateMachine()
  private var exchange = 0
  private var reader: Waiting<UpstreamResponsePart>?
  private var writer: Waiting<Void>?

  init(_ upstream: Upstream, channel: any Channel, pool: UpstreamPool) {
    self.upstream = upstream
    self.channel = channel
    self.pool = pool
  }

  /// Whether a request can be sent.
  var isIdle: Bool { machine.isIdle }

  private var eventLoop: any EventLoop { channel.eventLoop }

  // MARK: The request

  /// Sends the head of a request, and the whole of one that has no body.
  ///
  /// - Returns: A name for the exchange.
  func begin(_ head: HTTPRequestHead, hasBody: Bool) -> Int {
    exchange += 1
    machine.begin(hasBody: hasBody)
    guard let context else { return exchange }
    let sent = eventLoop.makePromise(of: Void.self)
    sent.futureResult.assumeIsolated().whenSuccess { self.machine.headSent() }
    context.write(wrapOutboundOut(.head(head)), promise: sent)
    if !hasBody { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
    context.flush()
    return exchange
  }

  /// Sends a part of the body; returns when there is room for the next one.
  func send(_ bytes: ByteBuffer) async throws {
    try await suspend { (continuation: CheckedContinuation<Void, any Error>) in
      if let fault = self.machine.fault { return continuation.resume(throwing: fault) }
      self.writer = Waiting(continuation: continuation, since: .now())
      self.context?.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
      self.resumeWriterIfWritable()
    }
  }

  /// Sends the end of the body.
  func sendEnd() async throws {
    try await suspend { (continuation: CheckedContinuation<Void, any Error>) in
      if let fault = self.machine.fault { return continuation.resume(throwing: fault) }
      self.machine.requestEnded()
      self.reader?.since = .now()
      self.context?.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
      continuation.resume()
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
    case .head where now - reader.since > limits.headTimeout: fail(.headTimeout)
    case .body where now - reader.since > limits.idleTimeout: fail(.idleTimeout)
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
    if let fault = machine.receive(unwrapInboundIn(data)) { fail(fault) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    deliver()
    if machine.wantsMore { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    resumeWriterIfWritable()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // An error of the socket ends the channel, which says whether anything had been sent.
    if error is IOError { return context.close(promise: nil) }
    fail(error as? HTTPParserError == .invalidEOFState ? .closed : .invalidResponse)
  }

  func channelInactive(context: ChannelHandlerContext) {
    machine.closed()
    deliver()
    pool?.closed(self)
    pool = nil
  }

  // MARK: Waiting

  private func deliver() {
    if let fault = machine.fault { return resume(throwing: fault) }
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

  private func fail(_ fault: UpstreamFault) {
    resume(throwing: machine.fail(fault))
    channel.close(promise: nil)
  }

  private func resume(throwing fault: UpstreamFault) {
    let (reader, writer) = (reader, writer)
    (self.reader, self.writer) = (nil, nil)
    reader?.continuation.resume(throwing: fault)
    writer?.continuation.resume(throwing: fault)
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
