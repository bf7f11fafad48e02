import NIOHTTP1

/// A URL at which a tenant is reached.
struct FrontDoor: Sendable, CustomStringConvertible {
  let tenant: String
  let host: String
  let prefix: String

  static func host(_ tenant: String) -> FrontDoor {
    FrontDoor(tenant: tenant, host: "\(tenant).localhost", prefix: "")
  }

  static func path(_ tenant: String) -> FrontDoor {
    FrontDoor(tenant: tenant, host: "localhost", prefix: "/t/\(tenant)")
  }

  /// Both doors of two tenants.
  static let all = ["acme", "globex"].flatMap { [host($0), path($0)] }

  var description: String { host + prefix }

  func call(
    _ server: RunningServer, _ method: HTTPMethod, _ path: String, token: String? = nil,
    json: String? = nil, headers: HTTPHeaders = [:]
  ) async throws -> RunningServer.Answer {
    try await server.call(
      host, prefix + path, method, token: token, json: json, headers: headers)
  }
}
