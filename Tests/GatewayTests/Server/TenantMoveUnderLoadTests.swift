import Atomics
import Foundation
import HTTPSupport
import Tenancy
import TestSupport
import Testing

@testable import Gateway
@testable import TenantRegistry

/// A tenant goes from the shared deployment to its own and back, while it is used.
struct TenantMoveUnderLoadTests {
  @Test func noRequestFails() async throws {
    try await ServerFixture.run { fixture in
      let port = try Loopback.freePort()
      var configuration = fixture.configuration
      configuration.moveDrain = .milliseconds(500)
      var addresses = UpstreamAddresses(isTLS: false)
      addresses.overrides["tenant-acme"] = Authority("127.0.0.1:\(port)")
      configuration.server.forwarding.addresses = addresses
      let (answers, note) = AsyncStream.makeStream(of: Answer.self)
      try await fixture.serve(configuration) { shared in
        try await shared.addTenant("acme")
        let token = try await shared.logIn("acme.localhost")
        try await Self.underLoad(shared, token, note) {
          try await Self.move(shared, to: "dedicated", until: 202)
          var own = fixture.configuration(for: try await Self.credentials(shared, fixture))
          own.server.publicListener.port = port
          try await fixture.serve(own) { dedicated in
            try await Self.move(shared, to: "dedicated", until: 200)
            let answer = try await dedicated.call(
              "acme.localhost", "/analytics?period=current_month", token: token)
            #expect(answer.status == 200)
            try await Self.move(shared, to: "shared", until: 200)
          }
        }
        #expect(
          try await shared.call("acme.localhost", "/analytics?period=current_month", token: token)
            .status == 200)
      }
      note.finish()
      var count = 0
      for await answer in answers {
        count += 1
        #expect(answer.status == 200, "\(answer.request): \(answer.body)")
      }
      #expect(count > 50)
    }
  }

  private struct Answer {
    let request: String
    let status: UInt
    let body: String
  }

  private static func move(
    _ server: RunningServer, to side: String, until status: UInt
  ) async throws {
    while true {
      let answer = try await server.admin(
        .PUT, "/admin/tenants/acme/deployment", json: #"{"served_by":"\#(side)"}"#)
      if answer.status == status { return }
      try #require(answer.status == 202, "\(answer.body)")
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private static func credentials(
    _ server: RunningServer, _ fixture: ServerFixture
  ) async throws -> TenantCredentials {
    let answer = try await server.admin(.POST, "/admin/tenants/acme/credentials")
    #expect(answer.headers.first(name: "cache-control") == "no-store")
    let id = try #require(answer.string("tenant_id").flatMap { TenantID($0) })
    let login = fixture.login(
      try #require(answer.string("login")), answer.string("password"))
    return TenantCredentials(
      tenant: id, login: login,
      keys: try TenantKeys(parsing: try #require(answer.string("key")), tenant: id))
  }

  /// Runs `body` while people read, write and log in.
  private static func underLoad(
    _ server: RunningServer, _ token: String, _ note: AsyncStream<Answer>.Continuation,
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    let isOver = ManagedAtomic(false)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { isOver.store(true, ordering: .relaxed) }
        try await body()
      }
      for _ in 0..<3 {
        group.addTask {
          while !isOver.load(ordering: .relaxed) { try await round(server, token, note) }
        }
      }
      try await group.waitForAll()
    }
  }

  private static func round(
    _ server: RunningServer, _ token: String, _ note: AsyncStream<Answer>.Continuation
  ) async throws {
    let host = "acme.localhost"
    let income = #"{"type":"income","amount":1}"#
    let person = #"{"username":"sam","password":"correct horse"}"#
    let analytics = "/analytics?period=current_month"
    let logIn = try await server.call(host, "/login", .POST, json: person)
    let fresh = logIn.string("token") ?? ""
    for (request, answer) in [
      ("login", logIn),
      ("write", try await server.call(host, "/transaction", .POST, token: token, json: income)),
      ("read", try await server.call(host, analytics, token: token)),
      ("read with a new token", try await server.call(host, analytics, token: fresh)),
    ] {
      note.yield(Answer(request: request, status: answer.status, body: answer.body))
    }
  }
}
