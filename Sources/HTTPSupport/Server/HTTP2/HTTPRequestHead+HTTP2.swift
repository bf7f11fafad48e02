import NIOHPACK
import NIOHTTP1

extension HTTPRequestHead {
  /// The head of an HTTP/2 request in the form that one of HTTP/1 has: `:authority` is a Host field
  /// beside those that came as such unless they agree, cookies are one field, and a body whose
  /// length is not known is chunked.
  ///
  /// The library has seen to it that names are lower case, pseudo-header fields are there, once and
  /// first, and no field is about the connection.
  ///
  /// - Throws: `headerOverflow` if the fields exceed what HTTP/1 may have; another if the request
  ///   is malformed, or would be if it were written down as HTTP/1.
  init(http2 block: HPACKHeaders, hasBody: Bool) throws(HTTPParserError) {
    try Self.checkSize(block)
    var fields = HTTPHeaders()
    fields.reserveCapacity(block.count)
    var (method, path, authority) = ("", nil as String?, nil as String?)
    var cookies: [String] = []
    for (name, value, _) in block {
      switch name {
      case ":method": method = value
      case ":path": path = value
      case ":authority": authority = value
      case "cookie": cookies.append(value)
      case _ where name.hasPrefix(":"): break
      default: fields.add(name: name, value: value)
      }
    }
    if let authority, fields["host"] != [authority] { fields.add(name: "host", value: authority) }
    if !cookies.isEmpty { fields.add(name: "cookie", value: cookies.joined(separator: "; ")) }
    guard let target = path ?? authority, Self.isTarget(target, isPath: path != nil) else {
      throw .invalidURL
    }
    try Self.checkLength(fields)
    if hasBody, !fields.contains(name: "content-length") {
      fields.add(name: "transfer-encoding", value: "chunked")
    }
    self.init(
      version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: fields)
  }

  private static func checkSize(_ block: HPACKHeaders) throws(HTTPParserError) {
    let limits = NIOHTTPDecoderLimitConfiguration.listener
    var size = 0
    for (name, value, _) in block {
      let field = name.utf8.count + value.utf8.count
      size += field
      guard field <= limits.maxHeaderFieldSize else { throw .headerOverflow }
    }
    guard size <= limits.maxHeaderListSize, block.count <= limits.maxHeaderFieldCount else {
      throw .headerOverflow
    }
  }

  /// Whether a target has no character that would end it, and a path is one or `*`.
  private static func isTarget(_ text: String, isPath: Bool) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
      && (!isPath || text.hasPrefix("/") || text == "*")
  }

  private static func checkLength(_ fields: HTTPHeaders) throws(HTTPParserError) {
    let lengths = fields["content-length"]
    guard lengths.count < 2 else { throw .unexpectedContentLength }
    let isNumber = lengths.allSatisfy { length in
      length.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard isNumber else { throw .invalidContentLength }
  }
}

extension HTTPHeaders {
  /// The fields after a body.
  init(trailers block: HPACKHeaders) {
    self.init(block.map { ($0.name, $0.value) })
  }
}
