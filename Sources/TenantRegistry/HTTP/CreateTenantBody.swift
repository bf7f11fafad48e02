import HTTPSupport

/// The body of `POST /admin/tenants`.
struct CreateTenantBody: StrictBody {
  typealias CodingKeys = TenantRegistration.CodingKeys

  /// The fields as they came, those of a wrong type noted as such. `null` is as if it were not there.
  let draft: TenantRegistrationDraft

  init(from decoder: any Decoder) throws {
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
}
