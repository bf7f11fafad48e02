import Hummingbird

/// Serves a Hummingbird router.
public struct RouterHandler<Context: RequestContext>: RequestHandler
where Context.Source == ApplicationRequestContextSource {
  private let responder: RouterResponder<Context>

  public init(_ router: Router<Context>) {
    responder = router.buildResponder()
  }

  public func handle(_ request: Request, _ scope: RequestScope) async -> HandledRequest {
    let context = Context(
      source: ApplicationRequestContextSource(
        channel: scope.connection.channel, logger: scope.logger))
    do {
      let response = try await responder.respond(to: request, context: context)
      return HandledRequest(response, route: context.endpointPath)
    } catch {
      return HandledRequest(
        ErrorResponse.make(for: error, scope: scope), route: context.endpointPath)
    }
  }
}
