import Foundation
import NIOHTTP1
import Testing

@testable import Gateway

/// The contract of the old app through the whole server, for two tenants at once, by host and by
/// path. Its finer points are tested where its routes are.
struct ContractTests {
  @Test func theOldSessionWorksAtEveryDoorAtOnce() async throws {
    try await withTwoTenants { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for door in FrontDoor.all {
          group.addTask { try await Self.playOldSession(at: door, of: server) }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func whatIsRefusedIsRefusedWithTheSameTextAtEveryDoor() async throws {
    try await withTwoTenants { server in
      for tenant in ["acme", "globex"] {
        let token = try await server.logIn("\(tenant).localhost")
        for door in [FrontDoor.host(tenant), .path(tenant)] {
          for refusal in Refusal.table {
            let answer = try await door.call(
              server, refusal.method, refusal.path, token: refusal.hasToken ? token : nil,
              json: refusal.json)
            #expect(answer.status == refusal.status, "\(door): \(refusal)")
            #expect(answer.body == refusal.text, "\(door): \(refusal)")
            #expect(answer.headers.first(name: "content-type") == "text/html; charset=utf-8")
          }
        }
      }
    }
  }

  @Test func aTokenSaysWhatItAlwaysSaidAndWhoseItIs() async throws {
    try await withTwoTenants { server in
      let token = try await server.logIn("acme.localhost")
      let parts = token.split(separator: ".")
      try #require(parts.count == 3)
      let header = try #require(try Self.object(inBase64URL: parts[0]))
      #expect(header["alg"] as? String == "HS256")
      #expect(header["kid"] is String)
      let claims = try #require(try Self.object(inBase64URL: parts[1]))
      let expires = try #require(claims["exp"] as? Int)
      let issued = try #require(claims["iat"] as? Int)
      #expect(expires == issued + 12 * 60 * 60)
      #expect(abs(issued - Int(Date().timeIntervalSince1970)) < 60)
      #expect(claims["id"] as? Int == 1)
      #expect(claims["sub"] as? String == "1")
      #expect(claims["jti"] is String)
      let tenant = try #require(claims["iss"] as? String)
      #expect(UUID(uuidString: tenant) != nil)
      #expect(claims["aud"] as? String == tenant)
    }
  }

  @Test func aTokenOpensBothDoorsOfItsTenantAndNoneOfAnother() async throws {
    try await withTwoTenants { server in
      // The same user id at both, so that only the token's tenant tells them apart.
      let acme = try await server.logIn("acme.localhost")
      _ = try await server.logIn("globex.localhost")
      for door in FrontDoor.all {
        for headers: HTTPHeaders in [
          ["x-access-token": acme], ["authorization": "Bearer \(acme)"],
        ] {
          let answer = try await door.call(
            server, .GET, "/analytics?period=current_month", headers: headers)
          #expect(answer.status == (door.tenant == "acme" ? 200 : 401), "\(door)")
          if door.tenant != "acme" { #expect(answer.body == "Invalid token", "\(door)") }
        }
      }
    }
  }

  @Test func aClosedTenantRegistersNobody() async throws {
    try await ServerFixture.run { fixture in
      try await fixture.serve { server in
        try await server.addTenant("acme", registration: "closed")
        for door in [FrontDoor.host("acme"), .path("acme")] {
          let answer = try await door.call(
            server, .POST, "/register", json: #"{"username":"sam","password":"p"}"#)
          #expect(answer.status == 403)
          #expect(answer.problem == "registration-closed")
        }
      }
    }
  }

  // MARK: Support

  private func withTwoTenants(
    _ body: @Sendable (RunningServer) async throws -> Void
  ) async throws {
    try await ServerFixture.run { fixture in
      try await fixture.serve { server in
        try await server.addTenant("acme")
        try await server.addTenant("globex")
        try await body(server)
      }
    }
  }

  /// The session that the demo data come from, by a user of this door's own.
  private static func playOldSession(at door: FrontDoor, of server: RunningServer) async throws {
    let credentials =
      #"{"username":"sam.johnson@gmail.com via \#(door)","password":"password@123"}"#
    let health = try await door.call(server, .GET, "/health")
    #expect(health.status == 200 && health.body == "success")
    let registered = try await door.call(server, .POST, "/register", json: credentials)
    #expect([#"{"id":1}"#, #"{"id":2}"#].map { $0 + "\n" }.contains(registered.body))
    let again = try await door.call(server, .POST, "/register", json: credentials)
    #expect(again.status == 409 && again.body == "username already exists")
    let token = try #require(
      try await door.call(server, .POST, "/login", json: credentials).string("token"))
    for entry in entries {
      let answer = try await door.call(server, .POST, "/transaction", token: token, json: entry)
      #expect(answer.status == 200 && answer.body == "{\"message\":\"success\"}\n", "\(door)")
    }
    for (period, figures) in [
      ("current_month", #"{"net_balance":5000,"total_expense":15000,"total_income":20000}"#),
      ("last_month", #"{"net_balance":0,"total_expense":0,"total_income":0}"#),
    ] {
      let answer = try await door.call(
        server, .GET, "/analytics?period=\(period)", token: token)
      #expect(answer.status == 200 && answer.body == figures + "\n", "\(door)")
      #expect(answer.headers.first(name: "content-type") == "application/json")
    }
  }

  private static let entries = [
    #"{"type":"income","amount":10000.0,"description":"Income from salary"}"#,
    #"{"type":"income","amount":5000.0,"description":"Income from stocks"}"#,
    #"{"type":"income","amount":5000.0,"description":"Income from property"}"#,
    #"{"type":"expense","amount":2000.0,"description":"groceries"}"#,
    #"{"type":"expense","amount":5000.0,"description":"travel"}"#,
    #"{"type":"expense","amount":2000.0,"description":"bills"}"#,
    #"{"type":"expense","amount":5000.0,"description":"rent"}"#,
    #"{"type":"expense","amount":1000.0}"#,
  ]

  private static func object(inBase64URL text: Substring) throws -> [String: Any]? {
    let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
    let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
    let data = try #require(Data(base64Encoded: String(base64)))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any]
  }
}
