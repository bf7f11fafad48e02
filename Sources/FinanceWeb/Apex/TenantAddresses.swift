import Tenancy

/// What the addresses of the tenants beside a host are like.
package struct TenantAddresses: Sendable, Equatable {
  /// Before and after a tenant's slug, such as `https://` and `.finance.example`.
  private let start: String
  private let end: String

  /// Tenants have hosts under a base domain.
  ///
  /// - Parameter base: its authority, such as `finance.example:8443`.
  package init(scheme: String, under base: String) {
    start = "\(scheme)://"
    end = ".\(base)"
  }

  /// Tenants have paths of one host.
  package init(scheme: String, on host: String) {
    start = "\(scheme)://\(host)/t/"
    end = ""
  }

  func home(of tenant: Slug) -> String { "\(start)\(tenant)\(end)/" }

  /// What lets a form lead to any of them, in a Content-Security-Policy.
  var policySource: String? { end.isEmpty ? nil : "\(start)*\(end)" }

  /// What stands before and after the field in which somebody types a name.
  var shownStart: String? { end.isEmpty ? start : nil }
  var shownEnd: String? { end.isEmpty ? nil : end }
}
