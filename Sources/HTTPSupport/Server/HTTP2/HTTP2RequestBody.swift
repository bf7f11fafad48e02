import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// What comes over an HTTP/2 stream: a request's head and its body as it arrives, which can be read
/// once.
///
/// Unchecked since only the task of the request reads it.
final class HTTP2RequestBody: AsyncSequence, AsyncIteratorProtocol, @unchecked Sendable {
  typealias Element = ByteBuffer

  private var parts: NIOAsyncChannelInboundStream<HTTPRequestPart>.AsyncIterator
  private var waiting: HTTPRequestPart?

  init(_ parts: NIOAsyncChannelInboundStream<HTTPRequestPart>.AsyncIterator) {
    self.parts = parts
  }

  /// The request, in the form that one of HTTP/1 has: `authority` shows a Host that disagrees with
  /// it, and a body whose length is not known is chunked. Nil if the stream ended before.
  func request() async throws -> Request? {
    guard case .head(var head)? = try await parts.next(isolation: #isolation) else { return nil }
    let host = head.headerFields[.hostField]
    if let host, host != head.authority {
      head.authority = head.authority.map { "\($0), \(host)" } ?? host
    }
    head.headerFields[.hostField] = nil
    guard head.headerFields[.contentLength] == nil else {
      return Request(head: head, body: RequestBody(asyncSequence: self))
    }
    // A client that waits to be told to go on has a body.
    if head.headerFields[.expect] == nil {
      waiting = try await parts.next(isolation: #isolation)
      if case .end? = waiting {
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
      }
    }
    head.headerFields[.transferEncoding] = "chunked"
    return Request(head: head, body: RequestBody(asyncSequence: self))
  }

  func makeAsyncIterator() -> HTTP2RequestBody { self }

  /// - Throws: `ChannelError` if the client has reset the stream or gone away.
  @concurrent func next() async throws -> ByteBuffer? {
    let part: HTTPRequestPart?
    if let waiting {
      part = waiting
      self.waiting = nil
    } else {
      part = try await parts.next(isolation: nil)
    }
    switch part {
    case .body(let bytes)?: return bytes
    case .end?:
      waiting = part
      return nil
    case .head?, nil: throw ChannelError.inputClosed
    }
  }
}

extension HTTPField.Name {
  // A token, so that the initializer cannot fail. The library's own is for HTTP/1 codecs only.
  fileprivate static let hostField = HTTPField.Name("Host")!
}
