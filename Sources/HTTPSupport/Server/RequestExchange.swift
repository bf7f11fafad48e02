import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging

/// One request after the other: has it handled, completes the response, writes it, takes note.
struct RequestExchange<Handler: RequestHandler>: Sendable {
  let handler: Handler
  let observer: RequestObserver
  let drain: Drain
  let logger: Logger
  private let ids = RequestIDs()

  init(handler: Handler, observer: RequestObserver, drain: Drain, logger: Logger) {
    self.handler = handler
    self.observer = observer
    self.drain = drain
    self.logger = logger
  }

  @concurrent func serve(
    _ request: Request, _ writer: consuming ResponseWriter, _ connection: Connection
  ) async throws {
    let started = ContinuousClock.now
    let scope = RequestScope(
      id: ids.next(), connection: connection,
      trace: request.headers[.traceparent].flatMap(TraceContext.init), logger: logger)
    var handled = await handle(request, scope)
    complete(&handled.response, of: request, scope)
    defer { observer.observe(request, handled, scope, since: started) }
    try await writer.write(response: handled.response.head, body: handled.response.body)
  }

  private func handle(_ request: Request, _ scope: RequestScope) async -> HandledRequest {
    guard HTTPRequest.Method.registered.contains(request.method) else {
      return HandledRequest(Problem.status(.notImplemented).response(requestID: scope.id))
    }
    return await handler.handle(request, scope)
  }

  /// Adds what every response has.
  private func complete(_ response: inout Response, of request: Request, _ scope: RequestScope) {
    if request.method == .head { response = response.createHeadResponse() }
    response.headers[.date] = HTTPDate.now()
    response.headers[.requestID] = scope.id
    if drain.hasBegun { response.headers[.connection] = "close" }
  }
}

extension HTTPField.Name {
  // Both are tokens, so that the initializer cannot fail.
  static let requestID = HTTPField.Name("X-Request-ID")!
  static let traceparent = HTTPField.Name("traceparent")!
}
