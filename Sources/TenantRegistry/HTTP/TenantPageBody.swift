/// A page of `GET /admin/tenants`.
struct TenantPageBody: Encodable {
  let tenants: [TenantBody]
  /// To be sent as `cursor` for the next page; not there on the last.
  let nextCursor: String?

  enum CodingKeys: String, CodingKey {
    case tenants
    case nextCursor = "next_cursor"
  }
}
