import NIOCore
import NIOHTTP1

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
