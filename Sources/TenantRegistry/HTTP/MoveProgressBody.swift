/// An answer of `PUT /admin/tenants/{slug}/deployment`.
struct MoveProgressBody: Encodable {
  let slug: String
  let servedBy: String
  /// What the move waits for: only in a 202.
  let waitingFor: String?

  enum CodingKeys: String, CodingKey {
    case slug
    case servedBy = "served_by"
    case waitingFor = "waiting_for"
  }

  init(_ progress: MoveProgress) {
    slug = progress.slug
    servedBy = progress.servedBy.rawValue
    waitingFor = progress.waitingFor
  }
}
