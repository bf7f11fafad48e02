import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOHTTP1

/// What happens to every request, whatever it came over: it gets a name, is handled, its response
/// is completed, and note is taken.
final class RequestExchange<Handler: RequestHandler>: Sendable {
  private let handler: Handler
  private let observer: RequestObserver
  private let drain: Drain
  private let logger: Logger
  private let ids = RequestIDs()

  init(handler: Handler, observer: RequestObserver, drain: Drain, logger: Logger) {
    self.handler = handler
    self.observer = observer
    self.drain = drain
    self.logger = logger
  }

  /// Whether clients are asked to take their next requests elsewhere.
  var isDraining: Bool { drain.hasBegun }

  /// - Parameters:
  ///   - request: nil if it could not be read.
  ///   - version: that of HTTP which it came in.
  func scope(
    of request: Request?, version: HTTPVersion, on connection: Connection,
    wire: (any RequestWire)?
  ) -> RequestScope {
    RequestScope(
      id: id(of: request, on: connection), version: version, connection: connection,
      trace: request?.headers[.traceparent].flatMap(TraceContext.init), logger: logger,
      wire: wire)
  }

  /// The name that the gateway has given it, so that its log and ours have the same, or a new one.
  private func id(of request: Request?, on connection: Connection) -> String {
    guard connection.isGateway, let id = request?.headers[.requestID],
      RequestIDs.isAcceptable(id)
    else { return ids.next() }
    return id
  }

  func handle(_ request: Request, _ scope: RequestScope) async -> HandledRequest {
    guard HTTPRequest.Method.registered.contains(request.method) else {
      return HandledRequest(Problem.status(.notImplemented).response(requestID: scope.id))
    }
    return await handler.handle(request, scope)
  }

  /// Adds what every response has.
  func complete(_ response: inout Response, isHead: Bool, _ scope: RequestScope) {
    if isHead { response = response.createHeadResponse() }
    response.headers[.date] = HTTPDate.now()
    response.headers[.requestID] = scope.id
    if isDraining { response.headers[.connection] = "close" }
  }

  func observe(
    _ request: Request?, _ handled: HandledRequest, _ scope: RequestScope,
    since started: ContinuousClock.Instant
  ) {
    observer.observe(request, handled, scope, since: started)
  }
}

extension HTTPField.Name {
  // Both are tokens, so that the initializer cannot fail.
  static let requestID = HTTPField.Name("X-Request-ID")!
  static let traceparent = HTTPField.Name("traceparent")!
}
