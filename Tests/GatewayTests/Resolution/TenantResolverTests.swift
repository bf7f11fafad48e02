import FinanceWeb
import Tenancy
import Testing

@testable import Gateway

struct TenantResolverTests {
  @Test(
    arguments: [
      ("finance.example", TenantAddresses(scheme: "http", under: "finance.example")),
      ("localhost:8080", TenantAddresses(scheme: "http", under: "localhost:8080")),
      ("nobody.localhost:8080", TenantAddresses(scheme: "http", under: "localhost:8080")),
      ("www.eu.finance.example", TenantAddresses(scheme: "http", under: "eu.finance.example")),
      ("127.0.0.1:8080", TenantAddresses(scheme: "http", on: "127.0.0.1:8080")),
      ("gateway.internal.example", TenantAddresses(scheme: "http", on: "gateway.internal.example")),
      ("money.acme.com", nil), ("a.b.finance.example", nil),
    ] as [(String, TenantAddresses?)])
  func theAddressesOfOtherTenantsFollowFromTheHost(authority: String, addresses: TenantAddresses?) {
    let request = RequestOrigin(authority: authority, target: "/")
    #expect(Self.resolver.addresses(beside: request) == addresses)
  }

  static let resolver = TenantResolver(
    baseDomains: ["finance.example", "eu.finance.example", "localhost"],
    pathHosts: ["gateway.internal.example"])

  /// What matters of a resolution, in a text: `acme /analytics`, `acme /t/acme|/analytics`.
  static func summary(of resolution: Resolution) -> String {
    switch resolution {
    case .slug(let slug, let target):
      target.prefix.isEmpty
        ? "\(slug) \(target.pathAndQuery)" : "\(slug) \(target.prefix)|\(target.pathAndQuery)"
    case .customDomain(let name, let target): "custom \(name) \(target.pathAndQuery)"
    case .apex(let target): "apex \(target.pathAndQuery)"
    case .unknownTenant: "unknown"
    case .badRequest(let reason): "bad \(reason)"
    }
  }

  static func resolve(_ authority: String?, _ target: String = "/analytics") -> String {
    summary(of: resolver.resolve(RequestOrigin(authority: authority, target: target)))
  }

  @Test(arguments: [
    "acme.finance.example", "ACME.Finance.Example", "acme.finance.example:8080",
    "acme.finance.example:", "acme.finance.example.", "acme.finance.example.:443",
    "acme.eu.finance.example", "acme.localhost", "acme.localhost:0",
  ])
  func oneLabelUnderABaseDomainIsASlug(authority: String) {
    #expect(Self.resolve(authority) == "acme /analytics")
  }

  @Test(arguments: [
    "www.finance.example", "t.localhost", "123.finance.example", "a--b.finance.example",
    "xn--caf-dma.finance.example", "a.acme.finance.example", "a.b.c.localhost",
    "\(String(repeating: "a", count: 41)).localhost", "acme", "nowhere",
  ])
  func aNameThatNoTenantCanHaveIsUnknown(authority: String) {
    #expect(Self.resolve(authority) == "unknown")
  }

  @Test(
    arguments: [
      ("money.acme.com", "money.acme.com"), ("Money.ACME.com.:8443", "money.acme.com"),
      ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("xfinance.example", "xfinance.example"),
      ("example", nil), ("sub.gateway.internal.example", "sub.gateway.internal.example"),
    ] as [(String, String?)])
  func anotherDomainMayBeATenantsOwn(authority: String, name: String?) {
    #expect(Self.resolve(authority) == name.map { "custom \($0) /analytics" } ?? "unknown")
  }

  @Test(arguments: [
    "finance.example", "eu.finance.example:8080", "localhost", "LOCALHOST.", "127.0.0.1",
    "127.0.0.1:8080", "127.1", "2130706433", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "1.2.3.4.",
    "[::1]", "[::1]:8080", "[2001:DB8::1]", "[::ffff:192.0.2.1]", "gateway.internal.example",
  ])
  func hostsOfPathURLsTakeTheTenantFromThePath(authority: String) {
    #expect(Self.resolve(authority, "/t/acme/analytics") == "acme /t/acme|/analytics")
    #expect(Self.resolve(authority, "/t/acme/") == "acme /t/acme|/")
    #expect(Self.resolve(authority, "/t/acme") == "acme /t/acme|/")
    #expect(Self.resolve(authority, "/t/acme?a=/t/b") == "acme /t/acme|/?a=/t/b")
    #expect(Self.resolve(authority, "/t/www/x") == "unknown")
    #expect(Self.resolve(authority, "/t/Acme/x") == "unknown")
    #expect(Self.resolve(authority, "/t/%61cme/x") == "unknown")
    #expect(Self.resolve(authority, "/t/") == "unknown")
    #expect(Self.resolve(authority, "/analytics") == "apex /analytics")
    #expect(Self.resolve(authority, "/T/acme/") == "apex /T/acme/")
  }

  @Test(arguments: ["acme.finance.example", "money.acme.com"])
  func aPrefixMeansNothingAtATenantsOwnHost(authority: String) {
    #expect(Self.resolve(authority, "/t/globex/analytics").hasSuffix(" /t/globex/analytics"))
  }

  @Test func aRequestWithoutHostIsRefused() {
    #expect(Self.resolve(nil) == "bad missingAuthority")
  }

  @Test(arguments: [
    "", ".", "..", "a..localhost", ".localhost", "acme.localhost..", "-a.localhost",
    "a-.localhost", "a_b.localhost", "acme.localhost:http", "acme.localhost:65536",
    "acme.localhost:-1", "acme.localhost:8080:1", "acme.localhost:080800", "acme@localhost",
    "acme:pw@x.localhost", "acme.localhost, globex.localhost", "acme.localhost,globex.localhost",
    "acme localhost", " acme.localhost", "acme.localhost/", "acmé.localhost", "acme%2elocalhost",
    "http://acme.localhost", "acme.localhost\0", "1.2.3.4.5", "foo.1", "a.0x1", "[::1", "::1",
    "[::1]x", "[1.2.3.4]", "[fe80::1%25eth0]", "[v1.a]", "[]", "[:::]",
    "\(String(repeating: "a", count: 64)).localhost", String(repeating: "a", count: 10_000),
    String(repeating: "a.", count: 5_000) + "localhost",
  ])
  func aMalformedHostIsRefused(authority: String) {
    #expect(Self.resolve(authority) == "bad malformedAuthority")
  }

  @Test(arguments: [
    ("http://acme.localhost/x?q", "acme /x?q"), ("HTTP://ACME.localhost.", "acme /"),
    ("https://acme.localhost?q", "acme /?q"), ("http://globex.localhost/", "bad disagreeingTarget"),
    ("http://acme.localhost:81/", "bad disagreeingTarget"), ("http:///x", "bad disagreeingTarget"),
    ("http://u@acme.localhost/", "bad disagreeingTarget"), ("*", "bad malformedTarget"),
    ("acme.localhost:80", "bad malformedTarget"), ("ftp://acme.localhost/", "bad malformedTarget"),
    ("analytics", "bad malformedTarget"), ("", "bad malformedTarget"),
    ("http://acme.localhost/../x", "bad unsafePath"),
    ("http://acme.localhost\\x", "bad disagreeingTarget"),
  ])
  func anAbsoluteTargetMustAgreeWithHost(target: String, expected: String) {
    #expect(Self.resolve("acme.localhost", target) == expected)
  }

  @Test(arguments: [
    "/.", "/..", "/a/../b", "/a/./b", "/a/..", "/%2e", "/a/%2E%2e/b", "/.%2e", "//", "//a", "/a//b",
    "/a\\b", "/a%5cb", "/a%5Cb", "/a%2fb", "/a%2Fb", "/a%00", "/a\0", "/a b", "/é", "/a#b", "/%",
    "/%2", "/%zz", "/a%252fb", "/%252e%252e/", "/a%255cb", "/a%2500", "/a%25%32fb", "/a%25%32%66",
    "/t/acme/../globex/", "/t/acme//globex", "/a?b c", "/a?b#c",
  ])
  func anAmbiguousPathIsRefused(path: String) {
    #expect(Self.resolve("acme.localhost", path) == "bad unsafePath")
    #expect(Self.resolve("localhost", path) == "bad unsafePath")
  }

  @Test(arguments: [
    "/", "/a/", "/...", "/a.b/.c", "/..a", "/caf%C3%A9", "/a%20b", "/a?x=../..//%2f\\%", "/50%25",
    "/50%25off", "/~a;b=c/@:!$&'()*+,=",
  ])
  func aPlainPathIsKeptAsItIs(path: String) {
    #expect(Self.resolve("acme.localhost", path) == "acme \(path)")
    #expect(Self.resolve("localhost", "/t/acme" + path) == "acme /t/acme|\(path)")
  }

  @Test func forwardingOfATrustedPeerReplacesHostAndScheme() {
    var request = RequestOrigin(authority: "10.0.0.1:8080", target: "/x")
    request.forwardedHost = "Acme.finance.example"
    request.forwardedProto = "https"
    guard case .slug(let slug, let target) = Self.resolver.resolve(request) else {
      Issue.record("not a slug")
      return
    }
    #expect(slug.description == "acme")
    #expect(target.scheme == .https)
    #expect(target.authority == Authority("acme.finance.example"))
  }

  private static func target(
    host: String? = nil, proto: String? = nil, isSecure: Bool = false
  ) -> ResolvedTarget? {
    let request = RequestOrigin(
      authority: "acme.localhost", target: "/", forwardedHost: host, forwardedProto: proto,
      isSecure: isSecure)
    guard case .slug(_, let target) = resolver.resolve(request) else { return nil }
    return target
  }

  /// What stands further left a client may have made up, so that it does not even matter whether
  /// it is well-formed.
  @Test(
    arguments: [
      ("https", .https), ("HTTPS", .https), ("http", .http), ("https, http", .http),
      ("http,https", .https), ("http ,\t https \t", .https), ("ftp, https", .https),
      (";;, \"x\", https", .https), ("wss", .https), ("ws", .http), ("Wss", .https),
      ("https, ws", .http), ("http, wss", .https), ("https,", .https), ("https, ,\t,", .https),
      (",https", .https),
    ] as [(String, ResolvedTarget.Scheme)])
  func theNearestProxyTellsTheScheme(proto: String, scheme: ResolvedTarget.Scheme) {
    #expect(Self.target(proto: proto)?.scheme == scheme)
  }

  @Test(arguments: [
    ("globex.localhost", "globex.localhost"),
    ("evil.example, globex.localhost", "globex.localhost"),
    ("acme.localhost,globex.localhost:8443", "globex.localhost:8443"),
    ("<script>, globex.localhost", "globex.localhost"), ("globex.localhost, ", "globex.localhost"),
    ("u:p@x, GLOBEX.localhost. \t", "globex.localhost"),
  ])
  func theNearestProxyTellsTheHost(host: String, authority: String) {
    #expect(Self.target(host: host)?.authority == Authority(authority))
  }

  @Test(arguments: ["", " ", ",", " ,\t, "])
  func aFieldWithoutAValueSaysNothing(empty: String) {
    #expect(Self.target(host: empty)?.authority == Authority("acme.localhost"))
    for isSecure in [false, true] {
      let scheme = Self.target(proto: empty, isSecure: isSecure)?.scheme
      #expect(scheme == (isSecure ? .https : .http))
    }
  }

  @Test(
    arguments: [
      ("a.localhost b.localhost", nil), ("a.localhost, b_c", nil), ("a.localhost/", nil),
      ("u@a.localhost", nil), (nil, "ftp"), (nil, "https, ftp"), (nil, "\"https\""),
      (nil, "https;x"), (nil, "on"),
    ] as [(String?, String?)])
  func aMalformedNearestValueIsRefused(host: String?, proto: String?) {
    let request = RequestOrigin(
      authority: "acme.localhost", target: "/", forwardedHost: host, forwardedProto: proto)
    #expect(Self.resolver.resolve(request) == .badRequest(.malformedForwarding))
  }
}
