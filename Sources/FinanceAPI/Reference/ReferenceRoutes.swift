import HTTPSupport
import HTTPTypes
import Hummingbird

/// `/docs`: the OpenAPI document for people. It is for everybody, as the document is.
struct ReferenceRoutes {
  func add(to router: Router<TenantContext>) {
    router.get("docs") { request, _ in
      try Response.page(ReferencePages.served.index, for: request)
    }
    router.get("docs/reference.css") { request, _ in
      try Response.page(ReferencePages.served.style, for: request)
    }
    router.get("docs/:section") { request, context in
      guard let name = context.parameters.get("section"),
        let page = ReferencePages.served.sections[name]
      else { throw Problem.status(.notFound) }
      return try Response.page(page, for: request)
    }
  }
}

extension Response {
  fileprivate static func page(_ page: ReferencePages.Page, for request: Request) throws -> Response
  {
    // Below a path that ends so, the pages' links would lead elsewhere.
    if request.uri.path.hasSuffix("/"), let name = request.uri.path.split(separator: "/").last {
      return .redirect(to: "../\(name)", type: .permanent)
    }
    let headers: HTTPFields = [
      .eTag: page.entityTag.description,
      // It changes with a release.
      .cacheControl: "no-cache",
      .contentType: page.contentType,
      // There is no script, and nothing comes from elsewhere.
      .contentSecurityPolicy:
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'",
      .xContentTypeOptions: "nosniff",
    ]
    guard try !Preconditions(request.headers).knows(page.entityTag) else {
      return Response(status: .notModified, headers: headers)
    }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: page.body))
  }
}
