import Hummingbird

/// Answers all the requests of a listener. Errors are its own business: it turns them into
/// responses.
public protocol RequestHandler: Sendable {
  func handle(_ request: Request, _ scope: RequestScope) async -> HandledRequest
}
