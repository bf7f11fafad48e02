import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOHTTP1

/// A request as its upstream gets it.
struct ForwardedRequest: Sendable {
  let head: HTTPRequestHead
  let hasBody: Bool
  /// Whether the client sends its body only when it is told to: RFC 9110, section 10.1.1.
  let expectsContinue: Bool

  /// Whether it only asks: RFC 9110, section 9.2.1.
  var isSafe: Bool {
    switch head.method {
    case .GET, .HEAD, .OPTIONS: !hasBody
    default: false
    }
  }

  /// Takes from the client's fields those that speak of one connection, and those by which only a
  /// gateway may say whom it speaks for; then says it.
  ///
  /// - Throws: ``Problem`` 501 for a transfer coding other than `chunked`: the body would lose it.
  init(
    _ request: Request, at target: ResolvedTarget, _ client: HTTPExchange, parent: TraceParent
  ) throws(Problem) {
    let fields = request.headers
    let coding = fields[values: .transferEncoding]
    guard coding.isEmpty || (coding.count == 1 && coding[0].lowercased() == "chunked") else {
      throw .status(.notImplemented, detail: "the only transfer coding is chunked")
    }
    var headers = HTTPHeaders()
    headers.reserveCapacity(fields.count + 8)
    headers.add(name: "Host", value: target.authority.text)
    Self.pass(fields, to: &headers, isTrusted: client.connection.isTrusted)
    if let hops = MaxForwards(request) {
      headers.replaceOrAdd(name: "Max-Forwards", value: hops.passedOn)
    }
    Self.identify(target, client, parent, fields, &headers)
    let length = fields[.contentLength]
    hasBody = !coding.isEmpty || (length != nil && length != "0")
    expectsContinue = hasBody && fields[.expect]?.lowercased() == "100-continue"
    if !coding.isEmpty { headers.add(name: "Transfer-Encoding", value: "chunked") }
    if expectsContinue { headers.add(name: "Expect", value: "100-continue") }
    head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.method.rawValue),
      uri: String(target.pathAndQuery), headers: headers)
  }

  /// The trailers of a request as its upstream gets them; nil if it gets none.
  static func trailers(_ fields: HTTPFields) -> HTTPHeaders? {
    var headers = HTTPHeaders()
    for field in fields where TrailerFields.mayPass(field.name.canonicalName) {
      guard !isOurs(field.name.canonicalName) else { continue }
      headers.add(name: field.name.rawName, value: field.value)
    }
    return headers.isEmpty ? nil : headers
  }

  private static func pass(_ fields: HTTPFields, to headers: inout HTTPHeaders, isTrusted: Bool) {
    let hop = HopByHopFields(connection: fields[values: .connection])
    for field in fields {
      let name = field.name.canonicalName
      guard !hop.contains(name) || name == "content-length", !isOurs(name) else { continue }
      headers.add(name: field.name.rawName, value: field.value)
    }
  }

  /// Whether the gateway alone sets the field, or answers it itself.
  private static func isOurs(_ name: String) -> Bool {
    switch name {
    case "host", "expect", "forwarded", "traceparent", "tracestate", "via", "x-request-id",
      "x-real-ip":
      true
    default: name.hasPrefix("x-forwarded-")
    }
  }

  private static func identify(
    _ target: ResolvedTarget, _ client: HTTPExchange, _ parent: TraceParent, _ fields: HTTPFields,
    _ headers: inout HTTPHeaders
  ) {
    let peer = ForwardedPeer(client.connection.peer)
    let host = target.authority.text
    let chain = client.connection.isTrusted ? fields : [:]
    // Made of X-Forwarded-For: proxies see to that one, and let a client's `Forwarded` pass.
    let nodes = ForwardedPeer.chain(chain[.forwardedFor] ?? "").map { "for=\($0.node), " }
    let forwarded = "for=\(peer.node);host=\"\(host)\";proto=\(target.scheme.rawValue)"
    headers.add(name: "Forwarded", value: nodes.joined() + forwarded)
    headers.add(name: "X-Forwarded-For", value: appended(peer.address, to: chain[.forwardedFor]))
    headers.add(name: "X-Forwarded-Host", value: host)
    headers.add(name: "X-Forwarded-Proto", value: target.scheme.rawValue)
    let version = "\(client.version.major).\(client.version.minor)"
    headers.add(name: "Via", value: appended("\(version) terrace", to: fields[.via]))
    headers.add(name: "X-Request-ID", value: client.id)
    headers.add(name: "traceparent", value: parent.description)
    if let state = chain[.tracestate] { headers.add(name: "tracestate", value: state) }
  }

  private static func appended(_ value: String, to list: String?) -> String {
    list.map { "\($0), \(value)" } ?? value
  }
}

extension HTTPField.Name {
  // A token, so that the initializer cannot fail.
  fileprivate static let tracestate = HTTPField.Name("tracestate")!
}

/// A client's address, as the fields for it spell it.
struct ForwardedPeer {
  /// As `X-Forwarded-For` has it.
  let address: String
  /// As `Forwarded` has it: RFC 7239, section 6.
  let node: String

  /// - Parameter peer: An IP address, or `unix`.
  init(_ peer: String) {
    let isIPv6 = peer.utf8.contains(UInt8(ascii: ":"))
    let isIPv4 = peer.utf8.contains(UInt8(ascii: "."))
    address = isIPv6 || isIPv4 ? peer : "unknown"
    node = isIPv6 ? "\"[\(peer)]\"" : address
  }

  /// The clients and proxies that a trusted proxy names in `X-Forwarded-For`, the nearest last.
  /// What stands left of something that is no address is left out.
  static func chain(_ forwardedFor: String) -> [ForwardedPeer] {
    ClientAddress.addresses(forwardedFor).map { ForwardedPeer($0.text) }.reversed()
  }
}
