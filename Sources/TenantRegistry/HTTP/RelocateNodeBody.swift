import HTTPSupport

/// The body of `PATCH /admin/nodes/{name}`.
struct RelocateNodeBody: StrictBody {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case host, port
  }

  let host: String
  let port: Int?

  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  func checked() throws(Problem) -> Node.Address {
    let errors = Node.Address.errors(host: host, port: port)
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return Node.Address(host: host, port: port ?? 5432)
  }
}
