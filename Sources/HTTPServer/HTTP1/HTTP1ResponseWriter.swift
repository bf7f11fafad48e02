import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes the body of a response as it comes; the head goes with its first piece.
struct HTTP1ResponseWriter: ResponseBodyWriter {
  private let handler: HTTP1Handler
  private let isFinished: Flag
  private var encoder: HTTP1ResponseEncoder
  private var buffer: ByteBuffer

  /// Whether the response got to its end.
  final class Flag {
    var isSet = false
  }

  init(
    _ response: Response, encoder: HTTP1ResponseEncoder, handler: HTTP1Handler,
    isFinished: Flag
  ) {
    self.handler = handler
    self.isFinished = isFinished
    self.encoder = encoder
    buffer = ByteBufferAllocator().buffer(capacity: 512)
    encoder.writeHead(of: response, to: &buffer)
  }

  mutating func write(_ bytes: ByteBuffer) async throws {
    try encoder.writeBody(bytes, to: &buffer)
    // What completes the response is written together with its end.
    if case .length(0) = encoder.framing { return }
    try await flush()
  }

  consuming func finish(_ trailers: HTTPFields?) async throws {
    try encoder.writeEnd(trailers, to: &buffer)
    isFinished.isSet = true
    try await flush()
  }

  private mutating func flush() async throws {
    while buffer.readableBytes > HTTP1Handler.maximumWrite,
      let slice = buffer.readSlice(length: HTTP1Handler.maximumWrite)
    {
      try await handler.write(slice)
    }
    guard buffer.readableBytes > 0 else { return }
    try await handler.write(buffer)
    buffer = ByteBuffer()
  }
}
