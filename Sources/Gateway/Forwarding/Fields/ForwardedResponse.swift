import HTTPTypes
import NIOHTTP1

/// The fields of an upstream's response that its client gets.
enum ForwardedResponse {
  /// All but those that speak of one connection, and those by which a tenant's server would speak
  /// for more than the tenant's host: cookies with a Domain, HSTS, `Clear-Site-Data`, `Alt-Svc` and
  /// `Service-Worker-Allowed`.
  static func fields(_ headers: HTTPHeaders) -> HTTPFields {
    let hop = HopByHopFields(connection: headers["connection"])
    var fields = HTTPFields()
    fields.reserveCapacity(headers.count)
    for (name, value) in headers {
      guard let name = HTTPField.Name(name), !hop.contains(name.canonicalName),
        mayPass(name.canonicalName, value)
      else { continue }
      fields.append(HTTPField(name: name, value: value))
    }
    return fields
  }

  /// The same for trailers.
  static func trailers(_ headers: HTTPHeaders) -> HTTPFields {
    var fields = fields(headers)
    fields.removeAll { !TrailerFields.mayPass($0.name.canonicalName) }
    return fields
  }

  private static func mayPass(_ name: String, _ value: String) -> Bool {
    switch name {
    case "strict-transport-security", "clear-site-data", "alt-svc", "service-worker-allowed": false
    case "set-cookie": !hasDomain(value)
    default: true
    }
  }

  /// Whether a cookie has the attribute Domain: RFC 6265, section 5.2.
  private static func hasDomain(_ cookie: String) -> Bool {
    cookie.utf8.split(separator: UInt8(ascii: ";")).dropFirst().contains { attribute in
      let name = attribute.prefix { $0 != UInt8(ascii: "=") }
      return String(decoding: name, as: UTF8.self).filter { !$0.isWhitespace }.lowercased()
        == "domain"
    }
  }
}
