import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes one HTTP/1 response (RFC 9112): its head, and its body in the framing that fits. What
/// there is of a body, and how much, holds for HTTP/2 as well.
struct HTTP1ResponseEncoder: Sendable {
  /// How the client knows where the body ends.
  enum Framing: Equatable, Sendable {
    /// There is none, whatever the fields say: to HEAD, 204 and 304.
    case none
    /// So many bytes are still to come.
    case length(Int)
    case chunked
    /// The connection's end is the body's.
    case close
  }

  /// The body is not as long as the response's `Content-Length` said.
  struct WrongLength: Error {}

  private(set) var framing: Framing
  /// Whether the client is told that the connection ends with this response.
  let closes: Bool
  private let saysKeepAlive: Bool

  /// - Parameters:
  ///   - isHead: whether the request's method was HEAD.
  ///   - isHTTP10: whether the client speaks HTTP/1.0, which has no chunks.
  ///   - keepsAlive: whether the connection is to stay open.
  init(_ response: Response, isHead: Bool, isHTTP10: Bool, keepsAlive: Bool) {
    var length: Int?
    var asksToClose = false
    for field in response.headers {
      switch field.name {
      case .contentLength: length = Int(field.value)
      case .connection: asksToClose = field.value.lowercased() == "close"
      default: continue
      }
    }
    if isHead || response.status == .noContent || response.status == .notModified {
      framing = .none
    } else if let length {
      framing = .length(length)
    } else {
      framing = isHTTP10 ? .close : .chunked
    }
    closes = !keepsAlive || framing == .close || asksToClose
    saysKeepAlive = isHTTP10 && !closes
  }

  /// Whether nothing of the body is missing.
  var isComplete: Bool {
    switch framing {
    case .none, .chunked, .close: true
    case .length(let rest): rest == 0
    }
  }

  func writeHead(of response: Response, to buffer: inout ByteBuffer) {
    Self.writeStatusLine(response.status, to: &buffer)
    for field in response.headers where !isOurs(field.name, status: response.status) {
      buffer.write(field)
    }
    if framing == .chunked { buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
    if closes {
      buffer.writeStaticString("Connection: close\r\n")
    } else if saysKeepAlive {
      buffer.writeStaticString("Connection: keep-alive\r\n")
    }
    buffer.writeStaticString("\r\n")
  }

  /// A response (1xx) that comes before the one that the request gets.
  static func informational(_ response: HTTPResponse) -> ByteBuffer {
    var buffer = ByteBuffer()
    writeStatusLine(response.status, to: &buffer)
    for field in response.headerFields {
      buffer.write(field)
    }
    buffer.writeStaticString("\r\n")
    return buffer
  }

  /// Counts a piece of the body.
  ///
  /// - Returns: Whether there is something to write.
  /// - Throws: ``WrongLength`` if it is more than was announced.
  mutating func count(_ bytes: ByteBuffer) throws(WrongLength) -> Bool {
    switch framing {
    case .none: return false
    case .chunked, .close: break
    case .length(let rest):
      guard bytes.readableBytes <= rest else { throw WrongLength() }
      framing = .length(rest - bytes.readableBytes)
    }
    return bytes.readableBytes > 0
  }

  /// Writes a piece of the body.
  ///
  /// - Throws: ``WrongLength`` if it is more than was announced.
  mutating func writeBody(_ bytes: ByteBuffer, to buffer: inout ByteBuffer) throws(WrongLength) {
    guard try count(bytes) else { return }
    guard framing == .chunked else {
      buffer.writeImmutableBuffer(bytes)
      return
    }
    buffer.writeString(String(bytes.readableBytes, radix: 16))
    buffer.writeStaticString("\r\n")
    buffer.writeImmutableBuffer(bytes)
    buffer.writeStaticString("\r\n")
  }

  /// Writes what comes after the body.
  ///
  /// - Throws: ``WrongLength`` if the body is less than was announced.
  func writeEnd(_ trailers: HTTPFields?, to buffer: inout ByteBuffer) throws(WrongLength) {
    guard isComplete else { throw WrongLength() }
    guard framing == .chunked else { return }
    buffer.writeStaticString("0\r\n")
    for field in trailers ?? [:] {
      buffer.write(field)
    }
    buffer.writeStaticString("\r\n")
  }

  private static func writeStatusLine(_ status: HTTPResponse.Status, to buffer: inout ByteBuffer) {
    if status == .ok {
      buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
    } else {
      buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
    }
  }

  /// Whether a field is the encoder's to write, or must not be there (RFC 9110, section 8.6).
  private func isOurs(_ name: HTTPField.Name, status: HTTPResponse.Status) -> Bool {
    switch name {
    case .connection, .transferEncoding: true
    case .contentLength: status == .noContent
    default: false
    }
  }
}

extension ByteBuffer {
  /// Writes a field's line in one go.
  fileprivate mutating func write(_ field: HTTPField) {
    var name = field.name.rawName
    field.withUnsafeBytesOfValue { value in
      let length = name.utf8.count + value.count + 4
      _ = writeWithUnsafeMutableBytes(minimumWritableBytes: length) { line in
        name.withUTF8 { line.copyMemory(from: UnsafeRawBufferPointer($0)) }
        var end = name.utf8.count
        line[end] = UInt8(ascii: ":")
        line[end + 1] = UInt8(ascii: " ")
        UnsafeMutableRawBufferPointer(rebasing: line[(end + 2)...])
          .copyMemory(from: UnsafeRawBufferPointer(value))
        end += 2 + value.count
        line[end] = UInt8(ascii: "\r")
        line[end + 1] = UInt8(ascii: "\n")
        return length
      }
    }
  }
}
