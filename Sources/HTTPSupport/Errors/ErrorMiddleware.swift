import Hummingbird
import Logging
import PostgresClient

/// Answers every error, a router's 404 included, as a ``Problem``; errors that carry a body of
/// their own (``TextError``) keep it. It belongs outermost: add it before any route.
public struct ErrorMiddleware<Context: RequestContext>: RouterMiddleware {
  public init() {}

  @concurrent public func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return ErrorResponse.make(for: error, requestID: context.requestID, logger: context.logger)
    }
  }
}
