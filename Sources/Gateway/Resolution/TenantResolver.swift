import FinanceWeb
import HTTPServer
import HTTPSupport
import Tenancy

/// Finds the tenant that a request names: a pure function of the request and the hosts below.
struct TenantResolver: Sendable {
  // Arrays, since there are one or two of each: to compare costs less than to hash.
  private let baseDomains: [String]
  private let pathHosts: [String]

  /// - Parameters:
  ///   - baseDomains: What tenant hosts hang under, in canonical form.
  ///   - pathHosts: Other hosts that serve `/t/<slug>/…`, as `localhost` and IP literals do.
  init(baseDomains: Set<String>, pathHosts: Set<String> = []) {
    self.baseDomains = Array(baseDomains)
    self.pathHosts = Array(pathHosts.union(["localhost"]))
  }

  func resolve(_ request: RequestOrigin) -> Resolution {
    do throws(BadRequest) {
      let target = try RequestTarget(request.target)
      let authority = try Self.authority(of: request, target: target)
      let scheme = try Self.scheme(of: request)
      return decide(authority, scheme, target.pathAndQuery)
    } catch {
      return .badRequest(error)
    }
  }

  private func decide(
    _ authority: Authority, _ scheme: ResolvedTarget.Scheme, _ path: Substring
  ) -> Resolution {
    func target(_ prefix: String = "", _ rest: Substring) -> ResolvedTarget {
      ResolvedTarget(scheme: scheme, authority: authority, prefix: prefix, pathAndQuery: rest)
    }
    switch kind(of: authority.host) {
    case .tenant(let label):
      guard let slug = try? Slug(String(label)) else { return .unknownTenant }
      return .slug(slug, target("", path))
    case .customDomain(let name): return .customDomain(name, target("", path))
    case .unknown: return .unknownTenant
    case .pathHost:
      guard path.hasPrefix("/t/") else { return .apex(target("", path)) }
      let label = path.dropFirst(3).prefix { $0 != "/" && $0 != "?" }
      guard let slug = try? Slug(String(label)) else { return .unknownTenant }
      let rest = path[label.endIndex...]
      return .slug(slug, target("/t/\(label)", rest.first == "/" ? rest : "/" + rest))
    }
  }

  /// What the tenants' addresses are like where a request went: hosts under the base domain that it
  /// named or a sibling of, or paths of a host that has them.
  ///
  /// - Returns: nil at a host that says nothing of others.
  func addresses(beside request: RequestOrigin) -> TenantAddresses? {
    guard let target = try? RequestTarget(request.target),
      let authority = try? Self.authority(of: request, target: target),
      let scheme = try? Self.scheme(of: request)
    else { return nil }
    guard case .name(let name) = authority.host else {
      return TenantAddresses(scheme: scheme.rawValue, on: authority.text)
    }
    let parent = name.split(separator: ".", maxSplits: 1).last.map(String.init)
    if let base = baseDomains.first(where: { $0 == name })
      ?? baseDomains.first(where: { $0 == parent })
    {
      let port = authority.port.map { ":\($0)" } ?? ""
      return TenantAddresses(scheme: scheme.rawValue, under: base + port)
    }
    return pathHosts.contains(name)
      ? TenantAddresses(scheme: scheme.rawValue, on: authority.text) : nil
  }

  private enum HostKind {
    case tenant(Substring)
    case customDomain(String)
    case pathHost
    case unknown
  }

  private func kind(of host: Host) -> HostKind {
    guard case .name(let name) = host else { return .pathHost }
    if baseDomains.contains(name) || pathHosts.contains(name) { return .pathHost }
    guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return .unknown }
    var parent = name[name.index(after: dot)...]
    if baseDomains.contains(where: { $0 == parent }) { return .tenant(name[..<dot]) }
    while let dot = parent.utf8.firstIndex(of: UInt8(ascii: ".")) {
      parent = parent[parent.index(after: dot)...]
      if baseDomains.contains(where: { $0 == parent }) { return .unknown }
    }
    return .customDomain(name)
  }

  private static func authority(
    of request: RequestOrigin, target: RequestTarget
  ) throws(BadRequest) -> Authority {
    guard let text = request.authority else { throw .missingAuthority }
    guard let authority = Authority(text) else { throw .malformedAuthority }
    if let text = target.authority {
      guard Authority(text) == authority else { throw .disagreeingTarget }
    }
    guard let forwarded = nearest(request.forwardedHost) else { return authority }
    guard let authority = Authority(forwarded) else { throw .malformedForwarding }
    return authority
  }

  private static func scheme(of request: RequestOrigin) throws(BadRequest) -> ResolvedTarget.Scheme
  {
    guard let forwarded = nearest(request.forwardedProto) else {
      return request.isSecure ? .https : .http
    }
    switch forwarded.lowercased() {
    // Some proxies name the scheme of what a WebSocket's handshake asks for: RFC 6455, section 3.
    case "http", "ws": return .http
    case "https", "wss": return .https
    default: throw .malformedForwarding
    }
  }

  /// The right-most value of a list, which the nearest proxy wrote. What stands further left, a
  /// client may have made up: nobody looks at it. Empty values are none (RFC 9110, section 5.6.1.2).
  private static func nearest(_ list: String?) -> Substring? {
    guard var rest = list?[...] else { return nil }
    while true {
      let comma = rest.utf8.lastIndex(of: UInt8(ascii: ","))
      let start = comma.map(rest.utf8.index(after:)) ?? rest.startIndex
      let value = rest[start...].withoutWhitespace
      if !value.isEmpty { return value }
      guard let comma else { return nil }
      rest = rest[..<comma]
    }
  }
}

/// What a request says of where it goes, as it came over the wire.
struct RequestOrigin: Sendable {
  /// The value of Host; several Host fields are joined by commas, which no authority has.
  var authority: String?
  /// The target of the request line, unchanged.
  var target: String
  /// `X-Forwarded-Host` and `X-Forwarded-Proto`, joined likewise: the right-most value, which the
  /// nearest proxy wrote, is what counts. Only of a trusted peer do they; of others pass nil.
  var forwardedHost: String?
  var forwardedProto: String?
  /// Whether the connection itself is TLS.
  var isSecure = false
}

/// Whose request it is, as far as the request itself can tell.
enum Resolution: Equatable, Sendable {
  /// A tenant by its slug or an alias; whether there is one, the directory knows.
  case slug(Slug, ResolvedTarget)
  /// A host that may be some tenant's own domain.
  case customDomain(String, ResolvedTarget)
  /// A host for path URLs, without a tenant's prefix.
  case apex(ResolvedTarget)
  /// A name that no tenant can have.
  case unknownTenant
  case badRequest(BadRequest)
}

/// Where a request goes below its tenant, and what its links start with.
struct ResolvedTarget: Equatable, Sendable {
  enum Scheme: String, Sendable {
    case http, https
  }

  /// As the client sees it.
  let scheme: Scheme
  /// As the client sees it.
  let authority: Authority
  /// `/t/<slug>` of a path URL, which every link and redirect keeps; empty otherwise.
  let prefix: String
  /// The path and the query after the prefix; it starts with a slash.
  let pathAndQuery: Substring

  /// What the client's URLs of the tenant begin with.
  var baseURL: String { "\(scheme.rawValue)://\(authority.text)\(prefix)" }
}
