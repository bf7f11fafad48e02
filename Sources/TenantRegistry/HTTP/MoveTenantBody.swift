import HTTPSupport

/// The body of `PUT /admin/tenants/{slug}/deployment`.
struct MoveTenantBody: StrictBody {
  private let name: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name = "served_by"
  }

  /// - Throws: ``Problem`` 422.
  func servedBy() throws -> TenantRecord.Isolation {
    guard let servedBy = TenantRecord.Isolation(rawValue: name) else {
      throw Problem.invalid(
        [.init(field: "served_by", message: "must be shared or dedicated")],
        status: .unprocessableContent)
    }
    return servedBy
  }
}
