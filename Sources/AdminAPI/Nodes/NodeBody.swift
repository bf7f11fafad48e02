import HTTPSupport
import Tenancy
import TenantRegistry

/// A node in an answer of the admin endpoint.
package struct NodeBody: Representation, Codable {
  package let name: String
  /// Not there for the node that the registry is on.
  package let host: String?
  package let port: Int?
  /// The gateways that have not acknowledged its new address: only in a 202.
  package private(set) var pendingGateways: [String]?

  enum CodingKeys: String, CodingKey {
    case name, host, port
    case pendingGateways = "pending_gateways"
  }

  init(_ node: DatabaseServer, pendingGateways: [String] = []) {
    self.pendingGateways = pendingGateways.isEmpty ? nil : pendingGateways
    name = node.name
    host = node.address?.host
    port = node.address?.port
  }

  package var plain: Self {
    var body = self
    body.pendingGateways = nil
    return body
  }
}

/// The answer of `GET /admin/nodes`.
package struct NodeListBody: Codable {
  package let nodes: [NodeBody]
}

/// The body of `POST /admin/nodes`.
package struct CreateNodeBody: StrictBody, Encodable {
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case name, host, port
  }

  let name: String
  let host: String
  let port: Int?

  package init(name: String, host: String, port: Int?) {
    self.name = name
    self.host = host
    self.port = port
  }

  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  func checked() throws(Problem) -> (name: String, address: DatabaseServer.Address) {
    var errors: [Problem.FieldError] = []
    if !DatabaseServer.isName(name) {
      errors.append(
        .init(field: "name", message: "must be 1 to 63 of a-z, 0-9 and inner hyphens"))
    }
    errors += DatabaseServer.Address.errors(host: host, port: port)
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return (name, DatabaseServer.Address(host: host, port: port ?? 5432))
  }
}

/// The body of `PATCH /admin/nodes/{name}`.
package struct RelocateNodeBody: StrictBody, Encodable {
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case host, port
  }

  let host: String
  let port: Int?

  package init(host: String, port: Int?) {
    self.host = host
    self.port = port
  }

  /// - Throws: ``Problem`` 422 naming every field that is wrong.
  func checked() throws(Problem) -> DatabaseServer.Address {
    let errors = DatabaseServer.Address.errors(host: host, port: port)
    guard errors.isEmpty else { throw Problem.invalid(errors, status: .unprocessableContent) }
    return DatabaseServer.Address(host: host, port: port ?? 5432)
  }
}

extension DatabaseServer {
  /// Whether a node may be called so: 1 to 63 of a-z, 0-9 and inner hyphens.
  package static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/) != nil
  }
}

extension DatabaseServer.Address {
  /// What is wrong with the fields that name an address. What else it is, the connection will tell.
  fileprivate static func errors(host: String, port: Int?) -> [Problem.FieldError] {
    var errors: [Problem.FieldError] = []
    let cannotBeThere = { (character: Unicode.Scalar) in
      character.properties.isWhitespace || character.isLayoutControl || character == ","
    }
    if host.isEmpty || host.unicodeScalars.contains(where: cannotBeThere) {
      errors.append(
        .init(field: "host", message: "must be a host name, an address or a socket's folder"))
    }
    if let port, !(1...65535).contains(port) {
      errors.append(.init(field: "port", message: "must be a number from 1 to 65535"))
    }
    return errors
  }
}
