import HTTPServer
import HTTPSupport
import Hummingbird
import Synchronization
import TestSupport
import Testing

/// Bytes that two servers in a row could take for different requests: here they are refused, and
/// nothing after them is read.
struct RequestSmugglingTests {
  private final class Recorder: RequestHandler {
    let paths = Mutex<[String]>([])

    func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      paths.withLock { $0.append(request.uri.path) }
      do {
        _ = try await request.readBody()
        return HandledRequest(.text("read"))
      } catch {
        return HandledRequest(ErrorResponse.make(for: error, exchange: exchange))
      }
    }
  }

  private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test(arguments: [
    // Two lengths.
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "Content-Length: 0, 5\r\n\r\n",
    // Lengths that are none.
    "Content-Length: +0\r\n\r\n",
    "Content-Length: -1\r\n\r\n",
    "Content-Length: 0x0\r\n\r\n",
    "Content-Length: 0 0\r\n\r\n",
    "Content-Length: 99999999999999999999\r\n\r\n",
    "Content-Length: 9223372036854775808\r\n\r\n",
    "Content-Length:\r\n\r\n",
    "Content-Length: \t \r\n\r\n",
    "Content-Length: 0\r\nContent-Length:\r\n\r\n",
    "Content-Length:\r\nContent-Length: 0\r\n\r\n",
    "Content-Length: 0,\r\n\r\n",
    "Content-Length: 0, 0\r\n\r\n",
    "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "Content-Length: 0;x\r\n\r\n",
    "Content-Length: \"0\"\r\n\r\n",
    "Content-Length: 0.0\r\n\r\n",
    "Content-Length: 0\u{b}\r\n\r\n",
    "Content-Length: \u{0660}\r\n\r\n",
    // Transfer codings that one may know and another may not.
    "Transfer-Encoding: identity\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\u{b}\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n ,identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    // None at all, where a length may seem to count.
    "Transfer-Encoding:\r\n\r\n",
    "Transfer-Encoding: \t\r\n\r\n",
    "Transfer-Encoding: ,\r\n\r\n",
    "Transfer-Encoding:\r\nContent-Length: 0\r\n\r\n",
    "Content-Length: 0\r\nTransfer-Encoding:\r\n\r\n",
    "Content-Length: 0\r\nTransfer-Encoding: ,\r\n\r\n",
    "Content-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    // Fields that are not where they seem to be.
    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "X: y\r\n Content-Length: 5\r\n\r\n",
    "X: y\nContent-Length: 0\r\n\r\n",
    "X: y\rContent-Length: 0\r\n\r\n",
    "X: y\0z\r\n\r\n",
    // Chunks.
    "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n 0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n0 \r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n0\r\nX : y\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n1;\n\r\na\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n0\n\n",
  ])
  func whatCanBeReadInTwoWaysIsRefused(fields: String) async throws {
    let recorder = Recorder()
    try await TestListener.run(recorder) { listener in
      let answer = try await RawConnection.exchange(
        port: listener.port, "POST /first HTTP/1.1\r\nHost: a\r\n" + fields + Self.smuggled)
      #expect(answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 501"), "\(answer)")
      #expect(answer.matches(of: /HTTP.1.1\s/).count == 1)
      #expect(!recorder.paths.withLock { $0.contains("/smuggled") })
    }
  }

  /// RFC 9112, sections 5.1 and 7: neither case nor whitespace around a value matters.
  @Test(arguments: [
    "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", "TRANSFER-ENCODING:CHUNKED\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: \t chunked  \r\n\r\n0\r\n\r\n", "Content-Length: \t 0  \r\n\r\n",
    "Content-Length:1\r\n\r\nx", "content-length: 01\r\n\r\nx",
  ])
  func whatCanBeReadInOneWayOnlyIsRead(fields: String) async throws {
    let recorder = Recorder()
    try await TestListener.run(recorder) { listener in
      let answer = try await RawConnection.exchange(
        port: listener.port,
        "POST /first HTTP/1.1\r\nHost: a\r\n" + fields
          + "GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(answer.matches(of: /HTTP.1.1 200\s/).count == 2, "\(answer)")
    }
  }

  /// RFC 9112, section 6.1: a coding that is not known is 501, a list that does not end in
  /// `chunked` is 400.
  @Test(arguments: [
    ("gzip, chunked", 501), ("gzip", 400), ("chunked, gzip", 400), ("", 400),
    ("chunked, chunked", 400),
  ])
  func aTransferCodingIsRefusedByItsFault(coding: String, status: Int) async throws {
    try await TestListener.run(Recorder()) { listener in
      let answer = try await RawConnection.exchange(
        port: listener.port,
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.contains("application/problem+json"))
    }
  }

  /// HTTP/1.0 has no transfer codings: RFC 9112, section 6.1.
  @Test func anOldRequestHasNoChunks() async throws {
    let recorder = Recorder()
    try await TestListener.run(recorder) { listener in
      let answer = try await RawConnection.exchange(
        port: listener.port,
        "POST /first HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Self.smuggled)
      #expect(answer.matches(of: /HTTP.1.1\s/).count == 1)
      #expect(!recorder.paths.withLock { $0.contains("/smuggled") })
    }
  }
}
