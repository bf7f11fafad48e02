import HTTPSupport
import HTTPTypes
import Hummingbird

/// Lets only requests with the admin's bearer token through.
public struct AdminTokenMiddleware<Context: RequestContext>: RouterMiddleware {
  private let token: AdminToken

  public init(token: AdminToken) {
    self.token = token
  }

  /// - Throws: ``Problem`` 401.
  @concurrent public func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard token.isPresent(in: request.headers) else {
      throw Problem(
        .unauthorized, type: "unauthorized", title: "The admin token is missing or wrong",
        headers: [.wwwAuthenticate: #"Bearer realm="terrace admin""#])
    }
    return try await next(request, context)
  }
}
