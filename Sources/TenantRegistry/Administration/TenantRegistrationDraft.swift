import Foundation
import HTTPSupport
import HTTPTypes
import Tenancy

/// The fields of a registration as they came, together with all that is wrong with them.
package struct TenantRegistrationDraft: Sendable {
  package typealias Field = TenantRegistration.CodingKeys

  static let maximumDisplayNameLength = 200

  private var values: [Field: String] = [:]
  private var errors: [Problem.FieldError] = []
  /// 400 once a field is missing or of a wrong type.
  private var status = HTTPResponse.Status.unprocessableContent

  package init() {}

  package subscript(field: Field) -> String? {
    get { values[field] }
    set { values[field] = newValue }
  }

  package mutating func refuse(
    _ field: Field, _ message: String, status: HTTPResponse.Status = .unprocessableContent
  ) {
    errors.append(.init(field: field.stringValue, message: message))
    if status == .badRequest { self.status = status }
  }

  /// The registration, with defaults for what is missing.
  ///
  /// - Throws: ``Problem`` naming every field that is wrong: 400 if one is missing or of a wrong
  ///   type, and otherwise 422.
  package func checked() throws -> TenantRegistration {
    var draft = self
    draft.checkSlug()
    draft.checkDisplayName()
    draft.checkTimeZone()
    draft.checkCurrency()
    let isolation: TenantRecord.Isolation = draft.choice(.isolation, default: .shared)
    let registration: Tenant.Registration = draft.choice(.registration, default: .open)
    guard draft.errors.isEmpty, let slug = draft[.slug], let displayName = draft[.displayName]
    else { throw Problem.invalid(draft.errors, status: draft.status) }
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
    let characters = name.unicodeScalars
    if characters.count > Self.maximumDisplayNameLength {
      refuse(.displayName, "must have at most \(Self.maximumDisplayNameLength) characters")
    } else if characters.contains(where: \.isLayoutControl) {
      refuse(
        .displayName, "must not have control characters, line separators or bidirectional controls")
    } else if !characters.contains(where: \.isVisible) {
      refuse(.displayName, "must have a visible character")
    }
  }

  /// `UTC` and the names of areas, as in `Europe/Zurich`; abbreviations and offsets, which know
  /// no daylight saving, are none. Foundation lists no links, but opens them; it also opens names
  /// that end at a U+0000.
  private mutating func checkTimeZone() {
    guard let name = self[.timeZone], name != "UTC" else { return }
    guard name.contains("/"), name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
      TimeZone(identifier: name) != nil
    else {
      return refuse(.timeZone, "is not a time zone of the IANA database, such as Europe/Zurich")
    }
  }

  private mutating func checkCurrency() {
    guard let code = self[.currency] else { return }
    // Strings are equal that are canonically so: a K is also the kelvin sign.
    guard code.unicodeScalars.allSatisfy(\.isASCII), CurrencyCodes.active.contains(code) else {
      return refuse(.currency, "is not an active ISO 4217 code, such as EUR")
    }
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
    if !errors.contains(where: { $0.field == field.stringValue }) {
      refuse(field, "is required", status: .badRequest)
    }
    return nil
  }
}
