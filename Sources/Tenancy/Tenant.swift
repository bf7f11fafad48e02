/// What serving a request needs to know of its tenant.
public struct Tenant: Sendable, Hashable {
  /// Whether people may register themselves with the tenant.
  public enum Registration: String, Sendable, CaseIterable, Codable {
    case open, closed
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
