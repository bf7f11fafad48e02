import HTTPTypes
import Hummingbird
import NIOCore

/// The body of the request that a connection is at, as it arrives. It can be read once.
final class HTTP1RequestBody: AsyncSequence, AsyncIteratorProtocol, @unchecked Sendable {
  // Unchecked since it is touched on the connection's event loop only, as its handler is.
  typealias Element = ByteBuffer

  private let handler: HTTP1Handler
  private var expectsContinue: Bool
  /// Whether all of it has been read.
  private(set) var isRead = false

  init(handler: HTTP1Handler, expectsContinue: Bool) {
    self.handler = handler
    self.expectsContinue = expectsContinue
  }

  func makeAsyncIterator() -> HTTP1RequestBody { self }

  /// - Throws: `HTTPParserError` if the body is malformed; `ChannelError` if the client has gone
  ///   away; `CancellationError`.
  @concurrent func next() async throws -> ByteBuffer? {
    guard !isRead else { return nil }
    if expectsContinue {
      expectsContinue = false
      handler.inform(HTTPResponse(status: .continue))
    }
    switch await handler.next() {
    case .body(let bytes): return bytes
    case .end(let trailers):
      isRead = true
      handler.endBody(trailers)
      return nil
    case .failure(let error): throw error
    case .closed, .request: throw ChannelError.inputClosed
    case nil: throw CancellationError()
    }
  }
}
