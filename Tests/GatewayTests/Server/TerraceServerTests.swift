import Foundation
import HTTPServer
import HTTPSupport
import TestSupport
import Testing

@testable import Gateway

@Suite(.preparedDatabase) struct TerraceServerTests {
  @Test func twoTenantsAreServedByHostAndByPathAndKeptApart() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      try await server.addTenant("globex")
      for (host, path) in [("acme.localhost", ""), ("localhost", "/t/globex")] {
        #expect(try await server.call(host, "\(path)/health").body == "success")
      }
      let token = try await server.logIn("acme.localhost")
      let income = #"{"type":"income","amount":12.5}"#
      #expect(
        try await server.call(
          "localhost", "/t/acme/transaction", .POST, token: token, json: income
        )
        .status == 200)
      let analytics = "/analytics?period=current_month"
      let own = try await server.call("ACME.localhost.:80", analytics, token: token)
      #expect(own.status == 200)
      #expect(own.body.contains("12.5"))
      for (host, path) in [("globex.localhost", ""), ("127.0.0.1", "/t/globex")] {
        #expect(try await server.call(host, path + analytics, token: token).status == 401)
      }
      let other = try await server.logIn("globex.localhost")
      let others = try await server.call("localhost", "/t/globex\(analytics)", token: other)
      #expect(others.status == 200)
      #expect(!others.body.contains("12.5"))
    }
  }

  @Test func whatNamesNoTenantIsRefusedAlike() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      for (host, path) in [
        ("nobody.localhost", "/"), ("www.localhost", "/"), ("a.acme.localhost", "/"),
        ("localhost", "/"), ("localhost", "/t/nobody/"), ("money.acme.com", "/"), ("127.1", "/"),
      ] {
        let answer = try await server.call(host, path)
        #expect(answer.status == 404, "\(host)\(path)")
        #expect(answer.problem == "unknown-tenant", "\(host)\(path)")
        #expect(answer.string("request_id") == answer.headers.first(name: "x-request-id"))
      }
      for (host, path) in [("acme.localhost", "/a/%2e%2e/b"), ("acme..localhost", "/health")] {
        let answer = try await server.call(host, path)
        #expect(answer.status == 400, "\(host)\(path)")
        #expect(answer.problem == "malformed-target", "\(host)\(path)")
      }
      let missing = try await server.call("acme.localhost", "/nothing")
      #expect(missing.problem == "not-found")
      let method = try await server.call("acme.localhost", "/analytics", .DELETE)
      #expect(method.status == 405)
      #expect(method.headers.first(name: "allow") == "GET, HEAD")
      #expect(try await server.call("acme.localhost", "/", .PROPFIND).status == 501)
    }
  }

  @Test func aRequestMustNameOneHost() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      let port = try #require(server.ports.public)
      let line = "GET /health HTTP/1.1\r\n"
      for fields in ["", "Host: acme.localhost\r\nHost: acme.localhost\r\n"] {
        let answer = try await RawConnection.exchange(
          port: port, "\(line)\(fields)Connection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(fields)")
      }
      for (authority, status) in [("acme.localhost", 200), ("globex.localhost", 400)] {
        let answer = try await RawConnection.exchange(
          port: port,
          "GET http://\(authority)/health HTTP/1.1\r\nHost: acme.localhost\r\n"
            + "Connection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(authority)")
      }
    }
  }

  @Test func forwardedHostsCountOnlyFromTrustedProxies() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      let answer = try await server.call(
        "gateway.test", "/health", headers: ["x-forwarded-host": "acme.localhost"])
      #expect(answer.problem == "unknown-tenant")
    }
    var configuration = fixture.configuration
    configuration.server.trustedProxies = [try #require(AddressRange("127.0.0.0/8"))]
    try await fixture.serve(configuration) { server in
      let answer = try await server.call(
        "gateway.test", "/health", headers: ["x-forwarded-host": "acme.localhost"])
      #expect(answer.body == "success")
    }
  }

  @Test(arguments: [("127.0.0.0/8", "203.0.113.7"), ("10.0.0.0/8", "127.0.0.1")])
  func theClientIsWhoATrustedProxySaysItIs(proxies: String, client: String) async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    let pipe = Pipe()
    let log = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    var configuration = fixture.configuration
    configuration.server.accessLog = .all
    configuration.server.trustedProxies = [try #require(AddressRange(proxies))]
    try await fixture.serve(configuration, log: log) { server in
      _ = try await server.call(
        "acme.localhost", "/health",
        headers: ["x-forwarded-for": "198.51.100.1", "X-Forwarded-For": "203.0.113.7"])
    }
    log.flush()
    try pipe.fileHandleForWriting.close()
    let lines = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(
      lines.split(separator: "\n").contains {
        $0.contains(#""listener":"public""#) && $0.contains(#""peer":"\#(client)""#)
      }, "\(lines)")
  }

  @Test func aTenantsBodyIsBoundedByItsOwnLimit() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("small")
      try await server.addTenant("acme")
      let limits = #"{"body_bytes":20}"#
      var answer = try await server.admin(.PUT, "/admin/tenants/small/limits", json: limits)
      while answer.status == 202 {
        answer = try await server.admin(.PUT, "/admin/tenants/small/limits", json: limits)
      }
      #expect(answer.status == 200)
      #expect(answer.body.contains(#""limits":{"body_bytes":20}"#))
      for (slug, status) in [("small", 413), ("acme", 401)] as [(String, UInt)] {
        let login = try await server.call(
          "\(slug).localhost", "/login", .POST, json: #"{"username":"sam","password":"p"}"#)
        #expect(login.status == status, "\(login.body)")
      }
      for (body, status) in [(#"{"queue":-1}"#, 422), (#"{"users":1}"#, 400)] as [(String, UInt)] {
        let refused = try await server.admin(.PUT, "/admin/tenants/acme/limits", json: body)
        #expect(refused.status == status)
      }
      let unknown = try await server.admin(.PUT, "/admin/tenants/nobody/limits", json: "{}")
      #expect(unknown.status == 404)
    }
  }

  @Test func theAdminListenerAnswersOnlyToItsHostsAndToken() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      #expect(try await server.admin(.GET, "/admin/tenants").status == 200)
      let foreign = try await server.admin(.GET, "/admin/tenants", host: "evil.example")
      #expect(foreign.status == 421)
      #expect(foreign.problem == "misdirected-request")
      let wrong = try await server.admin(.GET, "/admin/tenants", token: "wrong")
      #expect(wrong.status == 401)
      #expect(try await server.admin(.DELETE, "/admin/tenants").status == 405)
      #expect(try await server.admin(.GET, "/nothing").problem == "not-found")
      #expect(try await server.call("localhost", "/admin/tenants").problem == "unknown-tenant")
    }
  }

  @Test func opsShowsHealthAndMetrics() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      _ = try await server.call("acme.localhost", "/health")
      #expect(try await server.ops("/livez").status == 200)
      #expect(try await server.ops("/readyz").status == 200)
      let lines = try await server.ops("/metrics").body.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("terrace_registry_tenants ") })
      #expect(lines.contains(#"terrace_tenant_requests_total{tenant="acme"} 1"#))
      #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
      #expect(lines.contains { $0.hasPrefix("terrace_registry_age_seconds ") })
    }
  }

  @Test func aRequestUnderWayAtShutdownFinishes() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      try await server.addTenant("acme")
      try await RawConnection.open(port: try #require(server.ports.public)) { connection in
        try await connection.send(
          "POST /register HTTP/1.1\r\nHost: acme.localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 40\r\nExpect: 100-continue\r\n\r\n")
        #expect(try await connection.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
        await server.shutDown()
        try await connection.send(#"{"username":"late","password":"horse"}"#.padding(40))
        let answer = try await connection.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
      }
    }
  }

  @Test func everyGatewayServesATenantOnceItIsRegistered() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { admin in
      var configuration = fixture.configuration
      configuration.server.mode = .shared
      configuration.owner = nil
      configuration.adminToken = nil
      configuration.directory.name = "second"
      try await fixture.serve(configuration) { second in
        #expect(second.ports.admin == nil)
        for number in 1...5 {
          try await admin.addTenant("tenant-\(number)")
          for server in [admin, second] {
            let answer = try await server.call("tenant-\(number).localhost", "/health")
            #expect(answer.body == "success")
          }
        }
      }
    }
  }

  @Test func aTakenPortEndsTheStart() async throws {
    let fixture = try #require(PreparedDatabase.fixture)
    try await fixture.serve { server in
      var configuration = fixture.configuration
      configuration.server.publicListener.port = try #require(server.ports.public)
      let taken = configuration
      let error = await #expect(throws: ListenerError.self) {
        try await fixture.serve(taken) { _ in }
      }
      #expect(error?.description.contains("Address already in use") == true)
    }
  }
}

extension String {
  /// The text with spaces before its end, so that it has `count` bytes.
  fileprivate func padding(_ count: Int) -> String {
    String(dropLast()) + String(repeating: " ", count: max(0, count - utf8.count)) + "}"
  }
}
