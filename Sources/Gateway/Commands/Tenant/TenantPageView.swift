import Foundation

/// A page of tenants as the admin endpoint lists them.
struct TenantPageView {
  let tenants: [TenantView]
  /// Where the next page begins; nil on the last.
  let nextCursor: String?
  private let json: Data

  private struct Body: Decodable {
    let tenants: [TenantView]
    let nextCursor: String?

    enum CodingKeys: String, CodingKey {
      case tenants
      case nextCursor = "next_cursor"
    }
  }

  /// - Throws: ``CommandFailure`` if the answer is none.
  init(_ answer: AdminAnswer) throws(CommandFailure) {
    let body = try answer.decoded(as: Body.self)
    tenants = body.tenants
    nextCursor = body.nextCursor
    json = answer.body
  }

  /// The tenants as JSON objects, with the fields that ``TenantView`` leaves out.
  func items() throws -> [Any] {
    let object = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    return object?["tenants"] as? [Any] ?? []
  }
}
