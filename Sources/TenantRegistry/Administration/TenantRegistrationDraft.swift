import Foundation
import HTTPSupport
import Tenancy

/// The fields of a registration as they came, together with all that is wrong with them.
struct TenantRegistrationDraft {
  typealias Field = TenantRegistration.CodingKeys

  static let maximumDisplayNameLength = 200

  private var values: [Field: String] = [:]
  private var errors: [Problem.FieldError] = []

  subscript(field: Field) -> String? {
    get { values[field] }
    set { values[field] = newValue }
  }

  mutating func refuse(_ field: Field, _ message: String) {
    errors.append(.init(field: field.stringValue, message: message))
  }

  /// The registration, with defaults for what is missing.
  ///
  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  func checked() throws -> TenantRegistration {
    var draft = self
    draft.checkSlug()
    draft.checkDisplayName()
    draft.checkTimeZone()
    draft.checkCurrency()
    let isolation: TenantRecord.Isolation = draft.choice(.isolation, default: .shared)
    let registration: Tenant.Registration = draft.choice(.registration, default: .open)
    guard draft.errors.isEmpty, let slug = draft[.slug], let displayName = draft[.displayName]
    else { throw Problem.invalid(draft.errors, status: .unprocessableContent) }
    return TenantRegistration(
      checkedSlug: slug, displayName: displayName,
      timeZone: draft[.timeZone] ?? TenantRegistration.Defaults.timeZone,
      currency: draft[.currency] ?? TenantRegistration.Defaults.currency,
      isolation: isolation, registration: registration)
  }

  private mutating func checkSlug() {
    guard let slug = required(.slug) else { return }
    do {
      _ = try Slug(slug)
    } catch {
      refuse(.slug, error.description)
    }
  }

  private mutating func checkDisplayName() {
    guard let name = required(.displayName) else { return }
    if name.allSatisfy(\.isWhitespace) {
      refuse(.displayName, "must not be empty")
    } else if name.unicodeScalars.count > Self.maximumDisplayNameLength {
      refuse(.displayName, "must have at most \(Self.maximumDisplayNameLength) characters")
    } else if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      refuse(.displayName, "must not have control characters")
    }
  }

  /// `UTC` and the names of areas, as in `Europe/Zurich`; abbreviations and offsets, which know
  /// no daylight saving, are none. Foundation lists no links, but opens them.
  private mutating func checkTimeZone() {
    guard let name = self[.timeZone], name != "UTC" else { return }
    guard name.contains("/"), TimeZone(identifier: name) != nil else {
      return refuse(.timeZone, "is not a time zone of the IANA database, such as Europe/Zurich")
    }
  }

  private mutating func checkCurrency() {
    guard let code = self[.currency], !CurrencyCodes.active.contains(code) else { return }
    refuse(.currency, "is not an active ISO 4217 code, such as EUR")
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ field: Field, default: Choice
  ) -> Choice {
    guard let name = self[field] else { return `default` }
    if let choice = Choice(rawValue: name) { return choice }
    refuse(field, "must be \(Choice.allCases.map(\.rawValue).joined(separator: " or "))")
    return `default`
  }

  private mutating func required(_ field: Field) -> String? {
    if let value = self[field] { return value }
    if !errors.contains(where: { $0.field == field.stringValue }) { refuse(field, "is required") }
    return nil
  }
}
