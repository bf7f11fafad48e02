import HTTPServer
import HTTPSupport
import NIOCore
import NIOHTTP1

/// What happens on one connection to an upstream: one request and its response after the other.
///
/// A request is `sending` until its body is out, a response `awaited` until its head is there and
/// then `arriving` until its end. A connection goes on to the next request only if both ended in
/// good order; anything else makes it `failed`, and that it remains.
struct ExchangeStateMachine {
  /// Informational responses that one request may get.
  static let maximumInformational = 16

  private enum State {
    case idle
    case exchanging(Exchange)
    case failed(UpstreamError)
  }

  fileprivate struct Exchange {
    var isHeadSent = false
    var isRequestSent: Bool
    /// Whether the body is held back until the upstream asks for it.
    var isHeldBack: Bool
    var informational = 0
    var isHeadReceived = false
    var isReusable = true
  }

  /// What is being waited for, and so how long it may take.
  enum Wait {
    /// That the upstream asks for the body.
    case go
    case head, body
  }

  private var state = State.idle
  /// Whether an exchange has ended in good order, so that the next one is on a connection that the
  /// upstream may be closing.
  private var hasServed = false
  /// Apart from the state, so that a part is appended to in place.
  private var arrived = UpstreamResponsePart()

  /// Whether another request can be sent.
  var isIdle: Bool {
    if case .idle = state { true } else { false }
  }

  var error: UpstreamError? {
    if case .failed(let error) = state { error } else { nil }
  }

  /// What the upstream owes; nil as long as it is its turn to take, or nothing is under way.
  var wait: Wait? {
    guard case .exchanging(let exchange) = state else { return nil }
    if exchange.isHeadReceived { return .body }
    if exchange.isRequestSent { return .head }
    return exchange.isHeldBack ? .go : nil
  }

  /// Whether nothing has arrived that has not been taken, so that more can be read.
  var wantsMore: Bool {
    error == nil && arrived.isEmpty
  }

  // MARK: The request

  /// - Parameter isHeldBack: Whether the body waits until the upstream asks for it.
  mutating func begin(hasBody: Bool, isHeldBack: Bool = false) {
    guard case .idle = state else { return }
    state = .exchanging(Exchange(isRequestSent: !hasBody, isHeldBack: isHeldBack))
  }

  /// The socket has taken the head.
  mutating func headSent() {
    update { $0.isHeadSent = true }
  }

  /// The body is held back no longer.
  mutating func go() {
    update { $0.isHeldBack = false }
  }

  /// The socket has been given the last of the body.
  mutating func requestEnded() {
    update { $0.isRequestSent = true }
  }

  // MARK: The response

  /// - Returns: The error, if the part is none that may come now.
  mutating func receive(_ part: HTTPClientResponsePart) -> UpstreamError? {
    guard case .exchanging(var exchange) = state, !arrived.isEnd else {
      fail(.invalidResponse)
      return .invalidResponse
    }
    switch part {
    case .head(let head):
      if let error = exchange.receive(head) {
        fail(error)
        return error
      }
      state = .exchanging(exchange)
      if exchange.isHeadReceived { arrived.head = head } else { arrived.informational.append(head) }
    case .body(let bytes): arrived.append(bytes)
    case .end(let trailers):
      arrived.isEnd = true
      arrived.trailers = trailers
    }
    return nil
  }

  /// What has arrived since the last time. With its end, the exchange is over.
  ///
  /// - Returns: Nil if nothing has arrived.
  mutating func take() -> UpstreamResponsePart? {
    guard case .exchanging(let exchange) = state, !arrived.isEmpty else { return nil }
    if arrived.isEnd {
      hasServed = true
      state = exchange.isReusable && exchange.isRequestSent ? .idle : .failed(.closed)
    }
    defer { arrived = UpstreamResponsePart() }
    return arrived
  }

  /// The connection has ended.
  mutating func closed() {
    guard case .exchanging(let exchange) = state, exchange.isHeadSent else { return fail(.unsent) }
    let isAnswered = exchange.isHeadReceived || exchange.informational > 0
    fail(hasServed && !isAnswered ? .dropped : .closed)
  }

  /// Gives the exchange up. The first error is what it is remembered by.
  ///
  /// A response that has arrived whole before it can still be taken.
  mutating func fail(_ error: UpstreamError) {
    if self.error != nil { return }
    if arrived.isEnd {
      update { $0.isReusable = false }
    } else {
      state = .failed(error)
    }
  }

  private mutating func update(_ change: (inout Exchange) -> Void) {
    guard case .exchanging(var exchange) = state else { return }
    change(&exchange)
    state = .exchanging(exchange)
  }
}

extension ExchangeStateMachine.Exchange {
  /// - Returns: The error, if the head is none that may come.
  fileprivate mutating func receive(_ head: HTTPResponseHead) -> UpstreamError? {
    switch head.status.code {
    case 101: return .refusedUpgrade
    case 100..<200:
      if head.status == .continue { isHeldBack = false }
      informational += 1
      return informational > ExchangeStateMachine.maximumInformational ? .invalidResponse : nil
    case 200..<600:
      isHeadReceived = true
      isReusable = head.isKeepAlive
      return head.isWellFramed ? nil : .invalidResponse
    default: return .invalidResponse
    }
  }
}

extension HTTPResponseHead {
  /// Whether there is one way only to read where the body ends: RFC 9112, sections 6.1 and 6.3.
  fileprivate var isWellFramed: Bool {
    var (lengths, codings) = (0, 0)
    for (name, value) in headers {
      switch name.utf8.count {
      case 14 where name.lowercased() == "content-length":
        let digits = value.withoutWhitespace.utf8
        guard !digits.isEmpty, digits.allSatisfy(Self.isDigit) else { return false }
        lengths += 1
      case 17 where name.lowercased() == "transfer-encoding":
        guard value.withoutWhitespace.lowercased() == "chunked", version.minor > 0 else {
          return false
        }
        codings += 1
      default: continue
      }
    }
    return lengths + codings < 2
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
