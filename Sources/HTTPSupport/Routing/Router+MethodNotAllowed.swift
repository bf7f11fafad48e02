import HTTPTypes
import Hummingbird

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

extension HTTPRequest.Method {
  /// The methods that this service knows: those of RFC 9110 and PATCH.
  public static let registered: [Self] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
  ]
}
