import TestSupport

@testable import Gateway

/// Makes requests together with what must become of them: a known meaning in a random spelling.
struct RequestGenerator {
  struct Request {
    var origin: RequestOrigin
    var expected: String
  }

  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func next() -> Request {
    var (host, meaning) = pick(Self.hosts)
    if chance(8) { (host, meaning) = (longName(), "bad malformedAuthority") }
    let (path, isSafe) = pick(Self.paths)
    var expected = Self.expected(host: meaning, path: path)
    var authority = spell(host)
    if chance(16) {
      authority += pick([", \(host)", ",b.localhost", "@x", ":99999", "..", "\0", "/"])
      expected = "bad malformedAuthority"
    }
    var target = path
    if !expected.hasPrefix("bad"), chance(8) {
      let other = chance(4)
      target = "http://\(other ? "other.localhost" : authority)\(path)"
      if other { expected = "bad disagreeingTarget" }
    }
    if !isSafe { expected = "bad unsafePath" }
    return Request(
      origin: RequestOrigin(authority: authority, target: target), expected: expected)
  }

  /// Hosts in canonical form, with what they mean for the path `/analytics`.
  private static let hosts = [
    ("acme.localhost", "slug"), ("acme.finance.example", "slug"),
    ("acme.eu.finance.example", "slug"), ("money.acme.com", "custom money.acme.com"),
    ("xn--bcher-kva.example", "custom xn--bcher-kva.example"), ("localhost", "apex"),
    ("finance.example", "apex"), ("127.0.0.1", "apex"), ("10.1", "apex"), ("0x7f.1", "apex"),
    ("[2001:db8::1]", "apex"), ("[::ffff:10.0.0.1]", "apex"), ("www.localhost", "unknown"),
    ("a.b.finance.example", "unknown"), ("xn--a-ecp.localhost", "unknown"),
    ("1.2.3.4.5", "bad malformedAuthority"), ("a_b.localhost", "bad malformedAuthority"),
    ("-a.localhost", "bad malformedAuthority"), ("[::1%25lo]", "bad malformedAuthority"),
  ]

  private static let paths = [
    ("/", true), ("/analytics", true), ("/analytics?period=last_month", true), ("/t/acme", true),
    ("/t/acme/analytics", true), ("/t/acme?x=/../", true), ("/t/www/", true), ("/t/x--y/", true),
    ("/caf%C3%A9", true), ("/t/acme/..", false), ("/t/acme/%2e%2e/x", false), ("//", false),
    ("/t//acme", false), ("/a%2fb", false), ("/a%5Cb", false), ("/a\\b", false), ("/%00", false),
    ("/%252e%252e/", false),
  ]

  private static func expected(host: String, path: String) -> String {
    switch host {
    case "slug": "acme \(path)"
    case "apex": expectedAtPathHost(path)
    case let other where other.hasPrefix("custom"): "\(other) \(path)"
    default: host
    }
  }

  private static func expectedAtPathHost(_ path: String) -> String {
    if ["/t/www/", "/t/x--y/"].contains(path) { return "unknown" }
    guard path.hasPrefix("/t/acme") else { return "apex \(path)" }
    let rest = path.dropFirst("/t/acme".count)
    return "acme /t/acme|" + (rest.hasPrefix("/") ? rest : "/" + rest)
  }

  /// The host in another spelling of the same meaning.
  private mutating func spell(_ host: String) -> String {
    var spelled = chance(2) ? host.uppercased() : host
    if chance(4), !host.hasPrefix("[") { spelled += "." }
    if chance(3) { spelled += pick([":8080", ":0", ":65535", ":"]) }
    return spelled
  }

  private mutating func longName() -> String {
    let label = String(repeating: "a", count: Int.random(in: 64...200, using: &random))
    return chance(64)
      ? String(repeating: label + ".", count: 80) + "localhost" : label + ".localhost"
  }

  private mutating func chance(_ oneIn: Int) -> Bool {
    Int.random(in: 0..<oneIn, using: &random) == 0
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }
}
