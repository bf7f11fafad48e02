import Atomics
import HTTPTypes
import HummingbirdCore
import Logging
import NIOHTTP1

/// What happens to every request, whatever it came over: it gets a name, is handled, its response
/// is completed, and note is taken.
final class RequestProcessor<Handler: RequestHandler>: Sendable {
  private let handler: Handler
  private let observer: any RequestObserver
  private let drain: Drain
  private let logger: Logger
  private let ids = RequestIDs()

  init(handler: Handler, observer: any RequestObserver, drain: Drain, logger: Logger) {
    self.handler = handler
    self.observer = observer
    self.drain = drain
    self.logger = logger
  }

  /// Whether clients are asked to take their next requests elsewhere.
  var isDraining: Bool { drain.hasBegun }

  /// - Parameters:
  ///   - fields: the request's; nil if it could not be read.
  ///   - version: that of HTTP which it came in.
  func exchange(
    of fields: HTTPFields?, version: HTTPVersion, on connection: Connection,
    wire: (any RequestConnection)?
  ) -> HTTPExchange {
    HTTPExchange(
      id: id(of: fields, on: connection), version: version, connection: connection,
      trace: fields?[.traceparent].flatMap(TraceContext.init), logger: logger,
      wire: wire)
  }

  /// The name that the gateway has given it, so that its log and ours have the same, or a new one.
  private func id(of fields: HTTPFields?, on connection: Connection) -> String {
    guard connection.isGateway, let id = fields?[.requestID],
      RequestIDs.isAcceptable(id)
    else { return ids.next() }
    return id
  }

  func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
    guard HTTPRequest.Method.registered.contains(request.method) else {
      return refuse(.unknownMethod, exchange)
    }
    return await handler.handle(request, exchange)
  }

  func refuse(_ refusal: RequestRefusal, _ exchange: HTTPExchange) -> HandledRequest {
    HandledRequest(handler.response(to: refusal, exchange))
  }

  /// Adds what every response has.
  func complete(_ response: inout Response, isHead: Bool, _ exchange: HTTPExchange) {
    if isHead { response = response.createHeadResponse() }
    response.headers[.date] = Timestamp.http.now()
    response.headers[.requestID] = exchange.id
    if isDraining { response.headers[.connection] = "close" }
  }

  func observe(
    _ method: HTTPRequest.Method?, _ handled: HandledRequest, _ exchange: HTTPExchange,
    since started: ContinuousClock.Instant
  ) {
    observer.observe(method, handled, exchange, ContinuousClock.now - started)
  }
}

extension HTTPField.Name {
  // Both are tokens, so that the initializer cannot fail.
  static let requestID = HTTPField.Name("X-Request-ID")!
  static let traceparent = HTTPField.Name("traceparent")!
}

/// Names of requests: a random prefix of the process and a counter, 15 characters, so that Swift
/// keeps them inline.
struct RequestIDs: Sendable {
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
  private let prefix = UInt64.random(in: 0..<(1 << 30))
  private let counter = ManagedAtomic<UInt64>(0)

  func next() -> String {
    let count = counter.loadThenWrappingIncrement(ordering: .relaxed)
    return String(unsafeUninitializedCapacity: 15) { buffer in
      Self.write(prefix, to: buffer, 0..<6)
      Self.write(count, to: buffer, 6..<15)
      return 15
    }
  }

  /// Whether a name that a gateway gave may stand in logs and responses here: up to 64 letters,
  /// digits, hyphens and underscores.
  static func isAcceptable(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private static func write(
    _ number: UInt64, to digits: UnsafeMutableBufferPointer<UInt8>, _ places: Range<Int>
  ) {
    var rest = number
    for index in places.reversed() {
      digits[index] = alphabet[Int(rest & 31)]
      rest >>= 5
    }
  }
}

extension HTTPRequest.Method {
  /// The methods that this service knows: those of RFC 9110 and PATCH.
  public static let registered: [Self] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
  ]
}
