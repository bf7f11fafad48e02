import NIOCore
import NIOHPACK

extension FrameConnection {
  /// What has come on a stream.
  struct Answer {
    /// Interim responses.
    var interim: [Int] = []
    var status: Int?
    var fields = HPACKHeaders()
    var bytes = ByteBuffer()
    var trailers: HPACKHeaders?
    /// The error that the stream was reset with.
    var reset: Int?
    var isEnded = false

    var body: String { String(buffer: bytes) }

    mutating func receive(_ block: HPACKHeaders) {
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
