import HTTPSupport

/// The body of `POST /admin/nodes`.
struct CreateNodeBody: StrictBody {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, host, port
  }

  let name: String
  let host: String
  let port: Int?

  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  func checked() throws(Problem) -> (name: String, address: Node.Address) {
    var errors: [Problem.FieldError] = []
    if !Node.isName(name) {
      errors.append(
        .init(field: "name", message: "must be 1 to 63 of a-z, 0-9 and inner hyphens"))
    }
    errors += Node.Address.errors(host: host, port: port)
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return (name, Node.Address(host: host, port: port ?? 5432))
  }
}
