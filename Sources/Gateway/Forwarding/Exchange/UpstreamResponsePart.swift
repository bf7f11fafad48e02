import NIOCore
import NIOHTTP1

/// What has arrived of a response since somebody last looked.
struct UpstreamResponsePart: Sendable {
  /// Only in the first part.
  var head: HTTPResponseHead?
  var body: ByteBuffer?
  /// Whether nothing comes after this.
  var isEnd = false
  var trailers: HTTPHeaders?

  var isEmpty: Bool { head == nil && body == nil && !isEnd }

  mutating func append(_ bytes: ByteBuffer) {
    guard body != nil else {
      body = bytes
      return
    }
    var bytes = bytes
    body?.writeBuffer(&bytes)
  }
}
