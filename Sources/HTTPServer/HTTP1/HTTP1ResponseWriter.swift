import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes the body of a response as it comes; the head goes with its first piece.
///
/// A class, so that whoever has it write a body can ask it afterwards.
final class HTTP1ResponseWriter: ResponseBodyWriter {
  private let handler: HTTP1Handler
  private var encoder: HTTP1ResponseEncoder
  private var buffer: ByteBuffer
  /// Whether the response got to its end.
  private(set) var isFinished = false

  init(_ response: Response, encoder: HTTP1ResponseEncoder, handler: HTTP1Handler) {
    self.handler = handler
    self.encoder = encoder
    buffer = ByteBufferAllocator().buffer(capacity: 512)
    encoder.writeHead(of: response, to: &buffer)
  }

  func write(_ bytes: ByteBuffer) async throws {
    try encoder.writeBody(bytes, to: &buffer)
    // What completes the response is written together with its end.
    if case .length(0) = encoder.framing { return }
    try await flush()
  }

  func finish(_ trailers: HTTPFields?) async throws {
    try encoder.writeEnd(trailers, to: &buffer)
    isFinished = true
    try await flush()
  }

  private func flush() async throws {
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
