import NIOCore

/// A request under way to an upstream, and its response. Whoever drops it before its end, or is
/// cancelled while waiting for it, ends the connection.
final class UpstreamExchange: Sendable {
  private let connection: UpstreamConnection
  private let id: Int

  /// Begins it, on the connection's event loop.
  init(_ request: ForwardedRequest, on connection: UpstreamConnection) {
    self.connection = connection
    id = connection.begin(request.head, hasBody: request.hasBody)
  }

  deinit {
    cancel()
  }

  /// Sends a part of the request's body; returns when there is room for the next one.
  ///
  /// - Throws: ``UpstreamFault``.
  func send(_ bytes: ByteBuffer) async throws {
    try await cancelling { try await connection.send(bytes) }
  }

  /// Sends the end of the request's body.
  ///
  /// - Throws: ``UpstreamFault``.
  func sendEnd() async throws {
    try await connection.sendEnd()
  }

  /// What comes next of the response, until a part that is its end.
  ///
  /// - Throws: ``UpstreamFault``.
  func next() async throws -> UpstreamResponsePart {
    try await cancelling { try await connection.next() }
  }

  /// Gives it up, unless it is over.
  func cancel() {
    connection.cancel(id)
  }

  private func cancelling<T: Sendable>(_ body: () async throws -> T) async throws -> T {
    try await withTaskCancellationHandler(operation: body) { cancel() }
  }
}
