import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1

extension HTTPRequestHead {
  /// Whether a body comes after the head (RFC 9112, section 6.3).
  ///
  /// Only one spelling of where it ends is let pass: one length in digits, or `chunked` and nothing
  /// else. Whatever a proxy before us or a server behind us makes of the others, it is never another
  /// request.
  ///
  /// - Throws: also for codings before `chunked`, which are known to HTTP but not here.
  func hasBody() throws(RequestRefusal) -> Bool {
    var length: String?
    var coding: String?
    for (name, value) in headers {
      switch name.utf8.count {
      case 14 where name.lowercased() == "content-length":
        guard length == nil else { throw .malformed(.unexpectedContentLength) }
        length = value
      case 17 where name.lowercased() == "transfer-encoding":
        coding = coding.map { "\($0), \(value)" } ?? value
      default: continue
      }
    }
    if let coding {
      guard length == nil else { throw .malformed(.unexpectedContentLength) }
      try Self.check(transferCoding: coding)
      return true
    }
    guard let length, length != "0" else { return false }
    let digits = length.withoutWhitespace
    let isNumber = digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, Int(digits) != nil else { throw .malformed(.invalidContentLength) }
    return true
  }

  /// RFC 9112, section 6.1: 501 for a coding that is not known, as long as `chunked` ends the list,
  /// and 400 for anything else.
  private static func check(transferCoding: String) throws(RequestRefusal) {
    guard transferCoding != "chunked" else { return }
    let codings = transferCoding.lowercased().split(
      separator: ",", omittingEmptySubsequences: false
    )
    .map(\.withoutWhitespace)
    guard codings != ["chunked"] else { return }
    guard codings.last == "chunked", codings.count(where: { $0.hasPrefix("chunked") }) == 1,
      !codings.contains("")
    else { throw .malformed(.invalidHeaderToken) }
    throw .unknownTransferCoding
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The text without spaces and tabs before and behind it: RFC 9110, section 5.6.3.
  package var withoutWhitespace: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}

extension HTTPRequest {
  /// An HTTP/1 request with nothing hidden: the usual translation takes the first of several Host
  /// fields and drops an absolute target's authority.
  ///
  /// Here `authority` is Host, several joined by commas (RFC 9110, section 5.3), and `path` is the
  /// request target as it came. Nil if the method is no token.
  init?(_ head: HTTPRequestHead) {
    guard let method = Method(head.method) else { return nil }
    var fields = HTTPFields()
    fields.reserveCapacity(head.headers.count)
    var authority: String?
    for (name, value) in head.headers {
      if Self.isHost(name) {
        authority = authority.map { "\($0), \(value)" } ?? value
      } else if let name = HTTPField.Name(name) {
        fields.append(HTTPField(name: name, value: value))
      }
    }
    self.init(
      method: method, scheme: "http", authority: authority, path: head.uri, headerFields: fields)
  }

  private static func isHost(_ name: String) -> Bool {
    name.utf8.count == 4 && name.lowercased() == "host"
  }
}

extension HTTPRequest.Method {
  fileprivate init?(_ method: HTTPMethod) {
    switch method {
    case .GET: self = .get
    case .POST: self = .post
    default: self.init(rawValue: method.rawValue)
    }
  }
}

/// The body of the request that a connection is at, as it arrives. It can be read once.
final class HTTP1RequestBody: AsyncSequence, AsyncIteratorProtocol, @unchecked Sendable {
  // Unchecked since it is touched on the connection's event loop only, as its handler is.
  typealias Element = ByteBuffer

  private let handler: HTTP1Handler
  private var expectsContinue: Bool
  /// Whether all of it has been read.
  private(set) var isRead = false

  init(handler: HTTP1Handler, expectsContinue: Bool) {
    self.handler = handler
    self.expectsContinue = expectsContinue
  }

  func makeAsyncIterator() -> HTTP1RequestBody { self }

  /// - Throws: ``RequestRefusal`` if the body is malformed; `ChannelError` if the client has gone
  ///   away; `CancellationError`.
  @concurrent func next() async throws -> ByteBuffer? {
    guard !isRead else { return nil }
    if expectsContinue {
      expectsContinue = false
      handler.inform(HTTPResponse(status: .continue))
    }
    switch await handler.nextOfBody() {
    case .body(let bytes): return bytes
    case .end(let trailers):
      isRead = true
      handler.endBody(trailers)
      return nil
    case .failure(let refusal): throw refusal
    case .closed, .request: throw ChannelError.inputClosed
    case nil: throw CancellationError()
    }
  }
}
