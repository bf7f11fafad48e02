import Tenancy
import TestSupport
import Testing

@testable import TenantRegistry

extension RunningServer {
  /// Asks for the move again and again until the answer has that status, and returns it.
  @discardableResult
  func move(_ slug: String, to side: String, until status: UInt) async throws -> Answer {
    var last: Answer?
    try await eventually("\(slug) moves to \(side): \(status)") {
      let answer = try await admin(
        .PUT, "/admin/tenants/\(slug)/deployment", json: #"{"served_by":"\#(side)"}"#)
      last = answer
      if answer.status == status { return true }
      try #require(answer.status == 202, "\(answer.body)")
      return false
    }
    return try #require(last)
  }

  /// New credentials of a dedicated tenant.
  func credentials(of slug: String, _ fixture: ServerFixture) async throws -> TenantCredentials {
    let answer = try await admin(.POST, "/admin/tenants/\(slug)/credentials")
    #expect(answer.headers.first(name: "cache-control") == "no-store")
    let id = try #require(answer.string("tenant_id").flatMap { TenantID($0) })
    let login = fixture.login(try #require(answer.string("login")), answer.string("password"))
    return TenantCredentials(
      tenant: id, login: login,
      keys: try TenantKeys(parsing: try #require(answer.string("key")), tenant: id))
  }
}
