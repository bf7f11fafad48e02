import HTTPServer
import HTTPSupport
import Hummingbird
import NIOCore
import NIOHTTP1

/// A request under way to an upstream, and its response. Whoever drops it before its end, or is
/// cancelled while waiting for its response, ends the connection.
final class UpstreamExchange: Sendable {
  private let connection: UpstreamConnection
  private let id: Int

  /// Begins it, on the connection's event loop.
  init(_ request: ForwardedRequest, on connection: UpstreamConnection) {
    self.connection = connection
    id = connection.begin(request)
  }

  deinit {
    cancel()
  }

  /// Waits until there is room for a part of the request's body. To be called on the connection's
  /// event loop.
  ///
  /// - Throws: ``UpstreamError``; `CancellationError`, which does not end the exchange.
  func room() async throws {
    try await connection.room()
  }

  /// Sends a part of the request's body.
  func send(_ bytes: ByteBuffer) {
    connection.send(bytes)
  }

  /// Sends the end of the request's body.
  func sendEnd(_ trailers: HTTPHeaders?) {
    connection.sendEnd(trailers)
  }

  /// What comes next of the response, until a part that is its end.
  ///
  /// - Throws: ``UpstreamError``.
  func next() async throws -> UpstreamResponsePart {
    try await withTaskCancellationHandler {
      try await connection.next()
    } onCancel: {
      cancel()
    }
  }

  /// Gives it up, unless it is over.
  func cancel() {
    connection.cancel(id)
  }
}

/// What has arrived of a response since somebody last looked. Nothing at all, if it is time to send
/// a body that nobody has asked for.
struct UpstreamResponsePart: Sendable {
  /// The informational responses (1xx) that came before the head.
  var informational: [HTTPResponseHead] = []
  /// Only in one part, before which no part has more than informational responses.
  var head: HTTPResponseHead?
  var body: ByteBuffer?
  /// Whether nothing comes after this.
  var isEnd = false
  var trailers: HTTPHeaders?

  var isEmpty: Bool { head == nil && body == nil && !isEnd && informational.isEmpty }

  /// Whether the upstream asks for the body: RFC 9110, section 15.2.1.
  var asksForBody: Bool { informational.contains { $0.status == .continue } }

  mutating func append(_ bytes: ByteBuffer) {
    guard body != nil else {
      body = bytes
      return
    }
    var bytes = bytes
    body?.writeBuffer(&bytes)
  }
}

/// The body of a request on its way to an upstream, no faster than that takes it.
///
/// It can be interrupted, by cancelling the task that runs it, and gone on with: nothing is lost.
///
/// Unchecked since one task at a time runs it, and its state is looked at only in between.
final class RequestUpload: @unchecked Sendable {
  private let exchange: UpstreamExchange
  private let client: HTTPExchange
  private var body: RequestBody.AsyncIterator
  /// Whether something may have been taken from the client, which cannot be taken again.
  private(set) var hasBegun = false
  private(set) var isOver = false
  /// What was wrong with the client's bytes.
  private(set) var failure: (any Error)?

  init(_ body: RequestBody, to exchange: UpstreamExchange, _ client: HTTPExchange) {
    self.body = body.makeAsyncIterator()
    self.exchange = exchange
    self.client = client
  }

  /// Sends what there is, to the end. What goes wrong, the one who waits for the response is told.
  func run() async {
    hasBegun = true
    do {
      try await exchange.room()
      while let bytes = try await body.next() {
        exchange.send(bytes)
        try await exchange.room()
      }
      isOver = true
      exchange.sendEnd(client.trailers.flatMap(ForwardedRequest.trailers))
    } catch {
      if Task.isCancelled { return }
      isOver = true
      if !(error is UpstreamError) { failure = error }
      exchange.cancel()
    }
  }
}
