import Foundation

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
