import NIOCore

/// A frame as it came.
package struct ReceivedFrame {
  package let type: HTTP2FrameType?
  package let flags: UInt8
  package let stream: Int
  package let payload: ByteBuffer

  /// - Parameter head: nine bytes.
  package init(head: ByteBuffer, payload: ByteBuffer) {
    let bytes = Array(head.readableBytesView)
    type = HTTP2FrameType(rawValue: bytes[3])
    flags = bytes[4]
    stream = bytes[5...].reduce(0) { $0 << 8 | Int($1) }
    self.payload = payload
  }
}

/// RFC 9113, section 6.
package enum HTTP2FrameType: UInt8 {
  case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate
  case continuation
}
