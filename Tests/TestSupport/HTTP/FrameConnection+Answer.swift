import NIOCore
import NIOHPACK

extension FrameConnection {
  /// What has come on a stream.
  package struct Answer {
    /// Interim responses.
    package var interim: [Int] = []
    package var status: Int?
    package var fields = HPACKHeaders()
    package var bytes = ByteBuffer()
    package var trailers: HPACKHeaders?
    /// The error that the stream was reset with.
    package var reset: Int?
    package var isEnded = false

    package var body: String { String(buffer: bytes) }

    package mutating func receive(_ block: HPACKHeaders) {
      switch block.first(name: ":status").flatMap({ Int($0) }) {
      case let code? where code < 200: interim.append(code)
      case let code?:
        status = code
        fields = block
      case nil: trailers = block
      }
    }
  }
}
