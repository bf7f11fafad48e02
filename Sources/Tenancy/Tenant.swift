import Foundation

/// What serving a request needs to know of its tenant.
public struct Tenant: Sendable, Hashable {
  /// Whether people may register themselves with the tenant.
  public enum Registration: String, Sendable, CaseIterable, Codable {
    case open
    /// Whoever has an invitation may.
    case inviteOnly = "invite-only"
    case closed
  }

  public let id: TenantID
  public let slug: String
  public let displayName: String
  /// An IANA time zone name, such as `Europe/Zurich`: in it the tenant's days and months begin.
  public let timeZone: String
  /// An ISO 4217 code, such as `EUR`.
  public let currency: String
  public let registration: Registration

  public init(
    id: TenantID, slug: String, displayName: String, timeZone: String, currency: String,
    registration: Registration
  ) {
    self.id = id
    self.slug = slug
    self.displayName = displayName
    self.timeZone = timeZone
    self.currency = currency
    self.registration = registration
  }
}

/// A tenant's permanent identity: a UUID that is never reused.
///
/// Tokens (`iss`, `aud`), key derivation and cache keys use it, never the slug or the host, so
/// that a rename invalidates nothing. Its text form is lower-case.
public struct TenantID: Hashable, Sendable, CustomStringConvertible {
  public let uuid: UUID

  /// A new, random identity.
  public init() {
    uuid = UUID.random()
  }

  /// The identity that `uuid` is.
  public init(_ uuid: UUID) {
    self.uuid = uuid
  }

  /// Reads the text form of a UUID in either case; nil if `text` is not one.
  public init?(_ text: String) {
    guard let uuid = UUID(uuidString: text) else { return nil }
    self.uuid = uuid
  }

  public var description: String { uuid.uuidString.lowercased() }
}

extension UUID {
  /// A random UUID (RFC 9562, version 4), or the process's end if the system has no randomness:
  /// `UUID()` is all zeros where `/dev/urandom` cannot be opened, and says nothing.
  public static func random() -> UUID {
    var generator = SystemRandomNumberGenerator()
    var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &bytes) { bytes in
      for index in bytes.indices { bytes[index] = .random(in: 0...255, using: &generator) }
      bytes[6] = bytes[6] & 0x0f | 0x40
      bytes[8] = bytes[8] & 0x3f | 0x80
    }
    return UUID(uuid: bytes)
  }
}
