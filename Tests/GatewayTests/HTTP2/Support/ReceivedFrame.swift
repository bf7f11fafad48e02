import NIOCore

/// A frame as it came.
struct ReceivedFrame {
  let type: HTTP2FrameType?
  let flags: UInt8
  let stream: Int
  let payload: ByteBuffer

  /// - Parameter head: nine bytes.
  init(head: ByteBuffer, payload: ByteBuffer) {
    let bytes = Array(head.readableBytesView)
    type = HTTP2FrameType(rawValue: bytes[3])
    flags = bytes[4]
    stream = bytes[5...].reduce(0) { $0 << 8 | Int($1) }
    self.payload = payload
  }
}
