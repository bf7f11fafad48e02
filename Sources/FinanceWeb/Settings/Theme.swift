import Hummingbird

/// How light pages are, where somebody does not leave it to their device. A browser has its own, in a
/// cookie: the same person may sit in the sun with one and in bed with another.
enum Theme: String, Sendable, CaseIterable {
  case light, dark

  private static let cookie = "theme"
  private static let lifetime = 366 * 86_400

  /// Nil if the device decides.
  init?(_ request: Request) {
    let value = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
      .compactMap { cookie -> Substring? in
        let parts = cookie.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
        return parts.count == 2 && parts[0] == Self.cookie ? parts[1] : nil
      }.first
    guard let theme = value.flatMap({ Theme(rawValue: String($0)) }) else { return nil }
    self = theme
  }

  /// What has a browser keep it.
  static func setting(_ theme: Theme?, _ site: Site) -> String {
    let age = theme == nil ? 0 : lifetime
    let path = site.prefix.isEmpty ? "/" : site.prefix
    return
      "\(cookie)=\(theme?.rawValue ?? ""); Max-Age=\(age); Path=\(path); HttpOnly; SameSite=Lax"
      + (site.isSecure ? "; Secure" : "")
  }
}
