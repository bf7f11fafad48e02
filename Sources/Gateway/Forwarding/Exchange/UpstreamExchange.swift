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
