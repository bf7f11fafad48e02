import Foundation
import HTTPSupport
import HTTPTypes
import PostgresClient
import Tenancy

/// A tenant with what only admins see of it.
@dynamicMemberLookup
public struct RegisteredTenant: Sendable, Equatable {
  public let stored: StoredTenant
  public let details: TenantDetails
  /// The request that registered it.
  let original: TenantRegistration

  /// The columns of ``init(_:)``, with those of ``StoredTenant/columns``.
  static let columns: StaticString = "t.created_at, note, original_request"

  init(_ row: PostgresRow) throws {
    stored = try StoredTenant(row)
    details = TenantDetails(
      createdAt: try row.decode("created_at"), note: try row.decodeIfPresent("note"))
    original = try JSON.decoder.decode(
      TenantRegistration.self, from: Data(try row.decode("original_request", as: String.self).utf8))
  }

  public subscript<Value>(dynamicMember path: KeyPath<StoredTenant, Value>) -> Value {
    stored[keyPath: path]
  }

  /// Writes the row of a tenant that is to be.
  ///
  /// - Parameter original: the registration as JSON.
  static func insert(_ plan: ProvisioningPlan, original: String) -> PostgresQuery {
    let registration = plan.registration
    return """
      insert into registry.tenants (
        id, display_name, state, isolation, schema_name, namespace, cell_id, credential_count,
        time_zone, currency, registration, schema_version, original_request,
        gate_version, gate_digest, note)
      values (\(plan.id.uuid), \(registration.displayName),
        \(plan.isHere ? "active" : "provisioning"), \(registration.isolation.rawValue),
        \(plan.names.schema), \(plan.names.namespace), \(plan.cell.id),
        \(plan.credential?.number ?? 0), \(registration.timeZone), \(registration.currency),
        \(registration.registration.rawValue), \(plan.isHere ? plan.migrations.count : 0),
        \(original)::jsonb, \(plan.rowSecurityKey?.keyVersion), \(plan.rowSecurityKey?.digest),
        \(registration.note))
      """
  }
}

/// What only admins see of a tenant, named as in JSON.
public struct TenantDetails: Sendable, Hashable, Codable {
  public let createdAt: Date
  /// What admins want to remember of it: at most 500 characters.
  public let note: String?

  enum CodingKeys: String, CodingKey {
    case createdAt = "created_at"
    case note
  }
}

/// What an admin asks for when registering a tenant, checked, with the defaults filled in.
public struct TenantRegistration: Sendable, Hashable, Codable {
  public let slug: String
  public let displayName: String
  public let timeZone: String
  public let currency: String
  public let isolation: TenantRecord.Isolation
  public let registration: Tenant.Registration
  public let note: String?

  /// The names of the fields in JSON, and in the registry's record of the request.
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case slug
    case displayName = "display_name"
    case timeZone = "time_zone"
    case currency
    case isolation
    case registration
    case note
  }

  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  public init(
    slug: String, displayName: String, timeZone: String = Defaults.timeZone,
    currency: String = Defaults.currency, isolation: TenantRecord.Isolation = .shared,
    registration: Tenant.Registration = .open, note: String? = nil
  ) throws {
    var draft = TenantRegistrationDraft()
    draft[.slug] = slug
    draft[.displayName] = displayName
    draft[.timeZone] = timeZone
    draft[.currency] = currency
    draft[.isolation] = isolation.rawValue
    draft[.registration] = registration.rawValue
    draft[.note] = note
    self = try draft.checked()
  }

  /// Takes what the draft has checked.
  init(
    checkedSlug slug: String, displayName: String, timeZone: String, currency: String,
    isolation: TenantRecord.Isolation, registration: Tenant.Registration, note: String?
  ) {
    self.slug = slug
    self.displayName = displayName
    self.timeZone = timeZone
    self.currency = currency
    self.isolation = isolation
    self.registration = registration
    self.note = note
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
      case .note: note != other.note
      }
    }
  }
}

/// The fields of a registration as they came, together with all that is wrong with them.
package struct TenantRegistrationDraft: Sendable {
  package typealias Field = TenantRegistration.CodingKeys

  static let maximumDisplayNameLength = 200
  static let maximumNoteLength = 500

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
    draft.checkNote()
    let isolation: TenantRecord.Isolation = draft.choice(.isolation, default: .shared)
    let registration: Tenant.Registration = draft.choice(.registration, default: .open)
    guard draft.errors.isEmpty, let slug = draft[.slug], let displayName = draft[.displayName]
    else { throw Problem.invalid(draft.errors, status: draft.status) }
    return TenantRegistration(
      checkedSlug: slug, displayName: displayName,
      timeZone: draft[.timeZone] ?? TenantRegistration.Defaults.timeZone,
      currency: draft[.currency] ?? TenantRegistration.Defaults.currency,
      isolation: isolation, registration: registration, note: draft[.note])
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

  private mutating func checkNote() {
    guard let note = self[.note]?.unicodeScalars else { return }
    if note.count > Self.maximumNoteLength {
      refuse(.note, "must have at most \(Self.maximumNoteLength) characters")
    } else if note.contains(where: \.isLayoutControl) {
      refuse(.note, "must not have control characters, line separators or bidirectional controls")
    }
  }

  private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ field: Field, default: Choice
  ) -> Choice {
    guard let name = self[field] else { return `default` }
    if let choice = Choice(rawValue: name) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let others = names.dropLast().joined(separator: ", ")
    refuse(field, "must be \(others) or \(names.last ?? "")")
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
