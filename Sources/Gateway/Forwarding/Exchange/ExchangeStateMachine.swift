import NIOCore
import NIOHTTP1

/// What happens on one connection to an upstream: one request and its response after the other.
///
/// A request is `sending` until its body is out, a response `awaited` until its head is there and
/// then `arriving` until its end. A connection goes on to the next request only if both ended in
/// good order; anything else makes it `failed`, and that it remains.
struct ExchangeStateMachine {
  private enum State {
    case idle
    case exchanging(Exchange)
    case failed(UpstreamFault)
  }

  private struct Exchange {
    var isHeadSent = false
    var isRequestSent: Bool
    var isHeadReceived = false
    var isReusable = true
  }

  /// What is being waited for, and so how long it may take.
  enum Wait {
    case head, body
  }

  private var state = State.idle
  /// Apart from the state, so that a part is appended to in place.
  private var arrived = UpstreamResponsePart()

  /// Whether another request can be sent.
  var isIdle: Bool {
    if case .idle = state { true } else { false }
  }

  var fault: UpstreamFault? {
    if case .failed(let fault) = state { fault } else { nil }
  }

  /// What the upstream owes; nil as long as it is its turn to take, or nothing is under way.
  var wait: Wait? {
    guard case .exchanging(let exchange) = state else { return nil }
    if exchange.isHeadReceived { return .body }
    return exchange.isRequestSent ? .head : nil
  }

  /// Whether nothing has arrived that has not been taken, so that more can be read.
  var wantsMore: Bool {
    fault == nil && arrived.isEmpty
  }

  // MARK: The request

  mutating func begin(hasBody: Bool) {
    guard case .idle = state else { return }
    state = .exchanging(Exchange(isRequestSent: !hasBody))
  }

  /// The socket has taken the head.
  mutating func headSent() {
    update { $0.isHeadSent = true }
  }

  /// The socket has been given the last of the body.
  mutating func requestEnded() {
    update { $0.isRequestSent = true }
  }

  // MARK: The response

  /// - Returns: The fault, if the part is none that may come now.
  mutating func receive(_ part: HTTPClientResponsePart) -> UpstreamFault? {
    guard case .exchanging(var exchange) = state, !arrived.isEnd else {
      return fail(.invalidResponse)
    }
    switch part {
    case .head(let head):
      if let fault = Self.fault(in: head) { return fail(fault) }
      exchange.isHeadReceived = true
      exchange.isReusable = head.isKeepAlive
      state = .exchanging(exchange)
      arrived.head = head
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
      state = exchange.isReusable && exchange.isRequestSent ? .idle : .failed(.closed)
    }
    defer { arrived = UpstreamResponsePart() }
    return arrived
  }

  /// The connection has ended.
  ///
  /// A response that arrived whole before it can still be taken.
  mutating func closed() {
    guard case .exchanging(var exchange) = state else {
      if case .idle = state { state = .failed(.unsent) }
      return
    }
    guard arrived.isEnd else {
      state = .failed(exchange.isHeadSent ? .closed : .unsent)
      return
    }
    exchange.isReusable = false
    state = .exchanging(exchange)
  }

  /// Gives the exchange up.
  ///
  /// - Returns: The fault that it is remembered by: the first one.
  @discardableResult
  mutating func fail(_ fault: UpstreamFault) -> UpstreamFault {
    if let first = self.fault { return first }
    state = .failed(fault)
    return fault
  }

  private mutating func update(_ change: (inout Exchange) -> Void) {
    guard case .exchanging(var exchange) = state else { return }
    change(&exchange)
    state = .exchanging(exchange)
  }

  private static func fault(in head: HTTPResponseHead) -> UpstreamFault? {
    if head.status == .switchingProtocols { return .refusedUpgrade }
    let coding = head.headers["transfer-encoding"]
    if coding.isEmpty { return nil }
    // A second length is how two readers come to see two different messages: RFC 9112, 6.3.
    let isPlain = coding.count == 1 && coding[0].lowercased() == "chunked"
    return isPlain && !head.headers.contains(name: "content-length") ? nil : .invalidResponse
  }
}
