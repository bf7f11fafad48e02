import Tenancy

/// What an admin asks for when registering a tenant, checked, with the defaults filled in.
public struct TenantRegistration: Sendable, Hashable, Codable {
  public let slug: String
  public let displayName: String
  public let timeZone: String
  public let currency: String
  public let isolation: TenantRecord.Isolation
  public let registration: Tenant.Registration

  /// The names of the fields in JSON, and in the registry's record of the request.
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case slug
    case displayName = "display_name"
    case timeZone = "time_zone"
    case currency
    case isolation
    case registration
  }

  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  public init(
    slug: String, displayName: String, timeZone: String = Defaults.timeZone,
    currency: String = Defaults.currency, isolation: TenantRecord.Isolation = .shared,
    registration: Tenant.Registration = .open
  ) throws {
    var draft = TenantRegistrationDraft()
    draft[.slug] = slug
    draft[.displayName] = displayName
    draft[.timeZone] = timeZone
    draft[.currency] = currency
    draft[.isolation] = isolation.rawValue
    draft[.registration] = registration.rawValue
    self = try draft.checked()
  }

  /// Takes what the draft has checked.
  init(
    checkedSlug slug: String, displayName: String, timeZone: String, currency: String,
    isolation: TenantRecord.Isolation, registration: Tenant.Registration
  ) {
    self.slug = slug
    self.displayName = displayName
    self.timeZone = timeZone
    self.currency = currency
    self.isolation = isolation
    self.registration = registration
  }

  /// What a request that leaves a field out asks for.
  public enum Defaults {
    public static let timeZone = "UTC"
    public static let currency = "USD"
  }

  /// The fields in which two requests differ.
  func differences(from other: TenantRegistration) -> [CodingKeys] {
    CodingKeys.allCases.filter { key in
      switch key {
      case .slug: slug != other.slug
      case .displayName: displayName != other.displayName
      case .timeZone: timeZone != other.timeZone
      case .currency: currency != other.currency
      case .isolation: isolation != other.isolation
      case .registration: registration != other.registration
      }
    }
  }
}
