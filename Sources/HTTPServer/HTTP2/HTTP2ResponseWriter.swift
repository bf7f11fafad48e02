import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Writes a response as frames of an HTTP/2 stream: the head with the first piece of the body, and
/// the last piece with the end.
struct HTTP2ResponseWriter: ResponseBodyWriter {
  /// What is to be written last, if the response got to its end.
  private final class End {
    var frames: [HTTP2Frame.FramePayload]?
  }

  private let wire: HTTP1Handler
  private let end: End
  /// Not written yet.
  private var frames: [HTTP2Frame.FramePayload]
  /// Knows how much of a body there is to be.
  private var encoder: HTTP1ResponseEncoder

  private init(
    _ head: HTTPResponse, _ encoder: HTTP1ResponseEncoder, to wire: HTTP1Handler, end: End
  ) {
    self.wire = wire
    self.encoder = encoder
    self.end = end
    frames = [.headers(.init(headers: HPACKHeaders(head)))]
  }

  /// Writes a whole response, or as much of it as there is, after which the stream is reset.
  static func write(
    _ response: Response, _ encoder: HTTP1ResponseEncoder, to wire: HTTP1Handler
  ) async {
    let end = End()
    try? await response.body.write(
      HTTP2ResponseWriter(response.head, encoder, to: wire, end: end))
    guard let frames = end.frames else { return wire.abort() }
    // The stream may be closed at once, which is no failure of whoever wrote the body.
    try? await wire.write(frames)
    wire.endResponse(bodyIsRead: true, closes: true)
  }

  /// A response (1xx) that comes before the one that the request gets.
  static func informational(_ response: HTTPResponse) -> [HTTP2Frame.FramePayload] {
    [.headers(.init(headers: HPACKHeaders(response)))]
  }

  mutating func write(_ bytes: ByteBuffer) async throws {
    if try encoder.count(bytes) { try await append(bytes) }
    // What completes the response is written together with its end.
    if encoder.framing == .length(0) || encoder.framing == .none || frames.isEmpty { return }
    try await flush()
  }

  private mutating func append(_ bytes: ByteBuffer) async throws {
    var rest = bytes
    while rest.readableBytes > HTTP1Handler.maximumWrite,
      let slice = rest.readSlice(length: HTTP1Handler.maximumWrite)
    {
      frames.append(.data(.init(data: .byteBuffer(slice))))
      try await flush()
    }
    frames.append(.data(.init(data: .byteBuffer(rest))))
  }

  private mutating func flush() async throws {
    let frames = frames
    self.frames = []
    try await wire.write(frames)
  }

  consuming func finish(_ trailers: HTTPFields?) async throws {
    guard encoder.isComplete else { throw HTTP1ResponseEncoder.WrongLength() }
    switch (frames.popLast(), trailers) {
    case (let last?, let trailers?):
      frames += [last, .headers(.init(headers: HPACKHeaders(trailers), endStream: true))]
    case (nil, let trailers?):
      frames.append(.headers(.init(headers: HPACKHeaders(trailers), endStream: true)))
    case (.headers(var last)?, nil):
      last.endStream = true
      frames.append(.headers(last))
    case (.data(var last)?, nil):
      last.endStream = true
      frames.append(.data(last))
    case (_, nil): frames.append(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)))
    }
    end.frames = frames
  }
}

extension HPACKHeaders {
  fileprivate init(_ response: HTTPResponse) {
    var response = response
    self.init()
    reserveCapacity(response.headerFields.count + 1)
    add(name: ":status", value: String(response.status.code))
    // RFC 9110, section 8.6.
    if response.status == .noContent { response.headerFields[.contentLength] = nil }
    add(response.headerFields)
  }

  fileprivate init(_ trailers: HTTPFields) {
    self.init()
    add(trailers)
  }

  /// Adds fields but those about the connection, which HTTP/2 does not have (RFC 9113, section
  /// 8.2.2).
  private mutating func add(_ fields: HTTPFields) {
    for field in fields {
      switch field.name.canonicalName {
      case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade": continue
      case let name: add(name: name, value: field.value)
      }
    }
  }
}
