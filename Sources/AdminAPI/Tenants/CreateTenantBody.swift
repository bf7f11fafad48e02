import HTTPSupport
import TenantRegistry

/// The body of `POST /admin/tenants`.
package struct CreateTenantBody: StrictBody, Encodable {
  package typealias CodingKeys = TenantRegistration.CodingKeys

  /// The fields as they came, those of a wrong type noted as such. `null` is as if it were not there.
  let draft: TenantRegistrationDraft

  /// - Parameter fields: those that are given. The endpoint checks them.
  package init(_ fields: [CodingKeys: String]) {
    var draft = TenantRegistrationDraft()
    for (key, value) in fields { draft[key] = value }
    self.draft = draft
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var draft = TenantRegistrationDraft()
    for key in container.allKeys {
      do {
        draft[key] = try container.decodeIfPresent(String.self, forKey: key)
      } catch is DecodingError {
        draft.refuse(key, "must be a string", status: .badRequest)
      }
    }
    self.draft = draft
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for key in CodingKeys.allCases { try container.encodeIfPresent(draft[key], forKey: key) }
  }
}
