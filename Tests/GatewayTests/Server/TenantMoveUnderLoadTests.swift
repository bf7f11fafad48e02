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
  /// Two gateways, each before a pod of its own, as a Service would spread them.
  @Test func noRequestFails() async throws {
    let cluster = try MutualTLSCluster()
    defer { cluster.remove() }
    try await ServerFixture.run { fixture in
      let (answers, note) = AsyncStream.makeStream(of: Answer.self)
      try await fixture.serve(try cluster.gateway(fixture, 0)) { admin in
        try await fixture.serve(try cluster.gateway(fixture, 1)) { second in
          try await admin.addTenant("acme")
          let token = try await admin.logIn("acme.localhost")
          try await Self.underLoad([admin, second], token, note) {
            try await admin.move("acme", to: "dedicated", until: 202)
            let credentials = try await admin.credentials(of: "acme", fixture)
            try await fixture.serve(try cluster.pod(fixture, 0, credentials)) { one in
              try await fixture.serve(try cluster.pod(fixture, 1, credentials)) { two in
                try await admin.move("acme", to: "dedicated", until: 200)
                for pod in [one, two] {
                  try await eventually("the pod serves") {
                    try await pod.ops("/metrics").body.contains("route=\"/analytics\"")
                  }
                }
                try await admin.move("acme", to: "shared", until: 200)
              }
            }
          }
          #expect(
            try await second.call("acme.localhost", "/analytics?period=current_month", token: token)
              .status == 200)
        }
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

  /// Runs `body` while people read, write and log in.
  private static func underLoad(
    _ servers: [RunningServer], _ token: String, _ note: AsyncStream<Answer>.Continuation,
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    let isOver = ManagedAtomic(false)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { isOver.store(true, ordering: .relaxed) }
        try await body()
      }
      for server in servers + servers {
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
