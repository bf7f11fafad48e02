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
    if name.wholeMatch(of: /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/) == nil {
      errors.append(
        .init(field: "name", message: "must be 1 to 63 of a-z, 0-9 and inner hyphens"))
    }
    // What else it is, the connection will tell.
    if host.isEmpty || host.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: ",") }) {
      errors.append(
        .init(field: "host", message: "must be a host name, an address or a socket's folder"))
    }
    if let port, !(1...65535).contains(port) {
      errors.append(.init(field: "port", message: "must be a number from 1 to 65535"))
    }
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return (name, Node.Address(host: host, port: port ?? 5432))
  }
}
