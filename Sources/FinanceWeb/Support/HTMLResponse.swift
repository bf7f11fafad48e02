import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// A page. It is of one person, so that no cache keeps it.
  ///
  /// - Parameter isBare: whether its style is in it.
  static func html(
    _ text: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
    isBare: Bool = false, for request: Request
  ) -> Response {
    var headers = headers.merging(isBare ? .ofBarePages : .ofPages)
    headers[.contentType] = "text/html; charset=utf-8"
    var bytes = Array(text.utf8)
    if request.acceptsGzip, let compressed = Gzip.compress(bytes, level: 4) {
      bytes = compressed
      headers[.contentEncoding] = "gzip"
    }
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// Has the browser ask for another page, by GET.
  ///
  /// - Parameter location: with the tenant's prefix.
  static func see(_ location: String, cookie: String? = nil) -> Response {
    var headers = HTTPFields.ofPages
    headers[.location] = location
    headers[.setCookie] = cookie
    return Response(status: .seeOther, headers: headers)
  }
}

extension HTTPFields {
  /// What every page says of itself: only files of this site may be used in it, no page may frame it,
  /// and no other site learns its address.
  static let ofPages: HTTPFields = [
    .contentSecurityPolicy: """
    default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    manifest-src 'self'
    """,
    .cacheControl: "no-store",
    .xContentTypeOptions: "nosniff",
    .referrerPolicy: "same-origin",
    .crossOriginOpenerPolicy: "same-origin",
    .vary: "accept-encoding",
  ]

  fileprivate static let ofBarePages = {
    var fields = ofPages
    fields[.contentSecurityPolicy] = """
      default-src 'none'; style-src \(Asset.style.policySource); form-action 'self'; \
      base-uri 'none'; frame-ancestors 'none'
      """
    return fields
  }()

  fileprivate func merging(_ others: HTTPFields) -> HTTPFields {
    var fields = self
    for field in others { fields[field.name] = field.value }
    return fields
  }
}

extension Request {
  /// Whether a person's browser asks, which shows what it gets.
  package var wantsHTML: Bool {
    headers[values: .accept].contains { $0.lowercased().contains("text/html") }
  }

  var acceptsGzip: Bool {
    headers[values: .acceptEncoding].contains { value in
      value.split(separator: ",").contains { coding in
        let parts = coding.split(separator: ";").map { $0.filter { $0 != " " } }
        return parts.first?.lowercased() == "gzip" && !parts.contains("q=0")
      }
    }
  }
}

extension HTTPField.Name {
  // Constants that are valid field names.
  fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  fileprivate static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
}
