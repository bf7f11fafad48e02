import Testing

@testable import Gateway

extension RunningServer {
  /// Sets a tenant's limits; returns when every process holds to them.
  @discardableResult
  func limit(_ slug: String, _ json: String) async throws -> Answer {
    let path = "/admin/tenants/\(slug)/limits"
    var answer = try await admin(.PUT, path, json: json)
    while answer.status == 202 { answer = try await admin(.PUT, path, json: json) }
    try #require(answer.status == 200, "\(answer.body)")
    return answer
  }
}
