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

/// The fields that speak of one connection, and which no gateway passes on: RFC 9110, section
/// 7.6.1, and those that the field `Connection` names.
struct HopByHopFields {
  private var named: [String] = []

  /// - Parameter connection: The values of `Connection`.
  init(connection: [some StringProtocol]) {
    for value in connection {
      for option in value.split(separator: ",") {
        named.append(String(option.filter { $0 != " " && $0 != "\t" }).lowercased())
      }
    }
  }

  /// - Parameter name: In lower case.
  func contains(_ name: String) -> Bool {
    Self.isStandard(name) || named.contains(name)
  }

  /// Whether a field speaks of a connection without being named.
  ///
  /// - Parameter name: In lower case.
  static func isStandard(_ name: String) -> Bool {
    switch name {
    case "connection", "keep-alive", "proxy-connection", "proxy-authenticate",
      "proxy-authorization", "proxy-authentication-info", "te", "transfer-encoding", "upgrade",
      "trailer", "http2-settings":
      true
    default: false
    }
  }
}

/// Which fields may come after a body: none by which the message is read, routed, authenticated or
/// kept, since all that has been done by then: RFC 9110, section 6.5.1.
enum TrailerFields {
  /// - Parameter name: In lower case.
  static func mayPass(_ name: String) -> Bool {
    switch name {
    case "content-length", "content-encoding", "content-type", "content-range", "host",
      "cache-control", "expect", "max-forwards", "pragma", "range", "authorization", "cookie",
      "set-cookie", "www-authenticate", "age", "date", "expires", "location", "retry-after", "vary",
      "warning":
      false
    default: !name.hasPrefix("if-") && !HopByHopFields.isStandard(name)
    }
  }
}
