/// The name of a tenant in URLs: the first label of its host, and the segment after `/t/`.
///
/// `[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?`, no `--`, never all digits, never a reserved word.
public struct Slug: Hashable, Sendable, CustomStringConvertible {
  public static let maximumLength = 40

  /// First labels that the platform keeps for itself.
  public static let reserved: Set<String> = [
    "admin", "api", "app", "assets", "auth", "autodiscover", "cdn", "console", "dashboard", "dev",
    "docs", "ftp", "gateway", "health", "help", "imap", "internal", "kubernetes", "livez",
    "localhost", "login", "mail", "metrics", "mta-sts", "ns1", "ns2", "ops", "platform", "pop",
    "postgres", "readyz", "registry", "root", "shared", "smtp", "staging", "static", "status",
    "support", "system", "t", "tenant", "tenants", "terrace", "test", "webmail", "well-known",
    "wpad", "www",
  ]

  public let description: String

  /// Accepts a text that is a slug already; nothing is folded or trimmed.
  public init(_ text: String) throws(SlugError) {
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last else { throw .empty }
    guard bytes.count <= Self.maximumLength else { throw .tooLong }
    let hyphen = UInt8(ascii: "-")
    var previous: UInt8 = 0
    var hasLetter = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLetter = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case hyphen where previous != hyphen: break
      default: throw .notCanonical
      }
      previous = byte
    }
    guard first != hyphen, last != hyphen else { throw .notCanonical }
    guard hasLetter else { throw .allDigits }
    guard !Self.reserved.contains(text) else { throw .reserved }
    description = text
  }
}

/// Why a text is not a slug.
public enum SlugError: Error, Equatable, Sendable, CustomStringConvertible {
  case empty
  case tooLong
  case notCanonical
  case allDigits
  case reserved

  public var description: String {
    switch self {
    case .empty: "must not be empty"
    case .tooLong: "must have at most \(Slug.maximumLength) characters"
    case .notCanonical:
      "may have only a-z, 0-9 and single hyphens, and must start and end with a letter or digit"
    case .allDigits: "must have at least one letter"
    case .reserved: "is a reserved word"
    }
  }
}
