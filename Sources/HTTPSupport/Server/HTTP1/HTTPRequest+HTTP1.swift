import HTTPTypes
import NIOHTTP1

extension HTTPRequest {
  /// An HTTP/1 request with nothing hidden: the usual translation takes the first of several Host
  /// fields and drops an absolute target's authority.
  ///
  /// Here `authority` is Host, several joined by commas (RFC 9110, section 5.3), and `path` is the
  /// request target as it came. Nil if the method is no token.
  init?(_ head: HTTPRequestHead) {
    guard let method = Method(head.method) else { return nil }
    var fields = HTTPFields()
    fields.reserveCapacity(head.headers.count)
    var authority: String?
    for (name, value) in head.headers {
      if Self.isHost(name) {
        authority = authority.map { "\($0), \(value)" } ?? value
      } else if let name = HTTPField.Name(name) {
        fields.append(HTTPField(name: name, value: value))
      }
    }
    self.init(
      method: method, scheme: "http", authority: authority, path: head.uri, headerFields: fields)
  }

  private static func isHost(_ name: String) -> Bool {
    name.utf8.count == 4 && name.lowercased() == "host"
  }
}

extension HTTPRequest.Method {
  fileprivate init?(_ method: HTTPMethod) {
    switch method {
    case .GET: self = .get
    case .POST: self = .post
    default: self.init(rawValue: method.rawValue)
    }
  }
}
