/// Where tenants are reached, as an admin is told.
public struct TenantURLs: Sendable {
  public let scheme: String
  private let baseDomain: String
  private let port: Int?

  /// - Parameters:
  ///   - scheme: `https`, or `http` on a developer's machine.
  ///   - baseDomain: what tenants' hosts hang under.
  ///   - port: nil for the scheme's own.
  public init(scheme: String, baseDomain: String, port: Int?) {
    self.scheme = scheme
    self.baseDomain = baseDomain
    self.port = port
  }

  private var authority: String { port.map { "\(baseDomain):\($0)" } ?? baseDomain }

  /// The tenant's own host, such as `https://acme.finance.example`.
  public func baseURL(slug: String) -> String { "\(scheme)://\(slug).\(authority)" }

  /// The tenant on the base domain, such as `https://finance.example/t/acme`.
  public func pathURL(slug: String) -> String { "\(scheme)://\(authority)/t/\(slug)" }

  /// Where whoever is invited to the tenant registers, at its own host.
  public func invitationURL(slug: String, token: String) -> String {
    "\(baseURL(slug: slug))/join?invitation=\(token)"
  }
}
