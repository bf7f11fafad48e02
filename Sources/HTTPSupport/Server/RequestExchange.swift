import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging

/// What happens to every request, whatever it came over: it gets a name, is handled, its response
/// is completed, and note is taken.
struct RequestExchange<Handler: RequestHandler>: Sendable {
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

  func scope(
    of request: Request?, on connection: Connection, wire: (any RequestWire)?
  ) -> RequestScope {
    RequestScope(
      id: ids.next(), connection: connection,
      trace: request?.headers[.traceparent].flatMap(TraceContext.init), logger: logger,
      wire: wire)
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
