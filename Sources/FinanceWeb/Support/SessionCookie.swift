import Finance
import HTTPTypes
import Hummingbird

/// The cookie that a browser's session lies in.
///
/// Over TLS its name has `__Host-`: no sibling tenant can set it for this one, and it goes nowhere else.
/// Where people develop, over plain HTTP, it belongs to the tenant's prefix, so that two tenants of
/// one host do not share it.
struct SessionCookie: Sendable {
  /// 30 days, as the session itself.
  private static let lifetime = 30 * 86_400

  let site: Site

  private var name: String { site.isSecure ? "__Host-terrace" : "terrace" }

  private var attributes: String {
    let path = site.isSecure || site.prefix.isEmpty ? "/" : site.prefix
    return "Path=\(path); HttpOnly; SameSite=Lax\(site.isSecure ? "; Secure" : "")"
  }

  func setting(_ session: BrowserSession) -> String {
    "\(name)=\(session.text); Max-Age=\(Self.lifetime); \(attributes)"
  }

  var removing: String { "\(name)=; Max-Age=0; \(attributes)" }

  /// The session that the request has. Of several cookies of the name none counts: one of them was
  /// put there by somebody else.
  func session(of request: Request) -> BrowserSession? {
    let values = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
      .compactMap { cookie -> Substring? in
        let parts = cookie.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        return parts.count == 2 && parts[0] == name ? parts[1] : nil
      }
    guard values.count == 1 else { return nil }
    return BrowserSession(String(values[0]))
  }
}
