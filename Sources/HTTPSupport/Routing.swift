import Foundation
import HTTPServer
import HTTPTypes
import Hummingbird

/// Serves a Hummingbird router.
public struct RouterHandler<Context: RequestContext>: RequestHandler
where Context.Source == ApplicationRequestContextSource {
  private let responder: RouterResponder<Context>

  public init(_ router: Router<Context>) {
    responder = router.buildResponder()
  }

  public func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
    let context = Context(
      source: ApplicationRequestContextSource(
        channel: exchange.connection.channel, logger: exchange.logger))
    do {
      let response = try await responder.respond(to: request, context: context)
      return HandledRequest(response, route: context.endpointPath)
    } catch {
      return HandledRequest(
        ErrorResponse.make(for: error, exchange: exchange), route: context.endpointPath)
    }
  }
}

extension Router {
  /// Answers a known path with another method by 405 and Allow, where Hummingbird says 404.
  ///
  /// Call it after the last route is added, on a router with `.autoGenerateHeadEndpoints`, whose
  /// GET routes answer HEAD as well.
  public func refuseOtherMethods() {
    let known = Dictionary(grouping: routes, by: \.path.description)
    for routes in known.values {
      var allowed = Set(routes.map(\.method))
      if allowed.contains(.get) { allowed.insert(.head) }
      let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
      for method in HTTPRequest.Method.registered where !allowed.contains(method) {
        on(routes[0].path, method: method) { _, _ -> Response in
          throw Problem.status(.methodNotAllowed, headers: [.allow: allow])
        }
      }
    }
  }
}

extension RequestContext {
  /// The value of a parameter in the route's path, percent-decoded: clients may encode any of its
  /// characters (RFC 3986, section 6.2.2.2).
  ///
  /// - Parameter name: as in the route, without the colon.
  /// - Throws: ``Problem`` 400 naming the parameter if the value is not percent-encoded UTF-8, or has
  ///   a NUL, which no text in Postgres can have.
  public func pathParameter(_ name: String) throws -> String {
    guard let value = try parameters.require(name).removingPercentEncoding,
      !value.utf8.contains(0)
    else {
      throw Problem.invalid([
        .init(field: name, message: "must be percent-encoded UTF-8 without NUL")
      ])
    }
    return value
  }
}

extension RequestContext {
  /// Hummingbird's `id`, where a logger that keeps no metadata does not end the process.
  var requestID: String { logger[metadataKey: "hb.request.id"]?.description ?? "unknown" }
}

extension HTTPFields {
  /// The token in `Authorization: Bearer` (RFC 6750, section 2.1), however the scheme is written and
  /// however many spaces follow it (RFC 9110, section 11.4). Nil if there is none, or if there are
  /// several `Authorization` fields, of which none counts.
  package var bearerToken: Substring? {
    // Not by the subscript, which joins all values into a new string.
    guard let index = firstIndex(where: { $0.name == .authorization }),
      index == lastIndex(where: { $0.name == .authorization })
    else { return nil }
    let value = self[index].value
    let scheme = value.utf8.prefix(7)
    guard scheme.elementsEqual("bearer ".utf8, by: { $0 | 0x20 == $1 }) else { return nil }
    return value[scheme.endIndex...].drop { $0 == " " }
  }
}
