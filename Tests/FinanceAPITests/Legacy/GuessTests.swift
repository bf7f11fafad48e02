import Dispatch
import HTTPSupport
import HummingbirdTesting
import NIOPosix
import Tenancy
import TestSupport
import Testing

@testable import Finance
@testable import FinanceAPI

/// Passwords are guessed slowly, and nobody is kept out by who guesses.
extension DatabaseTests {
  struct GuessTests {
    private static func json(_ name: String, _ password: String) -> String {
      #"{"username":"\#(name)","password":"\#(password)"}"#
    }

    @Test func whoeverMistypesAFewTimesLogsIn() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        for _ in 0..<3 {
          for _ in 0..<9 {
            try await expectEqual(server.post("/login", Self.json("sam", "wrong")).status, 401)
          }
          _ = try await server.logIn()
        }
      }
    }

    @Test(arguments: ["sam", "nobody"])
    func guessesFromOneNetworkAreSlowedWhetherTheUserExistsOrNot(name: String) async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        var statuses: [Int] = []
        for guess in 0..<12 {
          statuses.append(
            try await server.post("/login", Self.json(name, "guess \(guess)")).status)
        }
        #expect(statuses == Array(repeating: 401, count: 10) + [429, 429])
        // Not even the right one: it may be the guesser's.
        let answer = try await server.response("/login", Self.json(name, "secret"))
        #expect(answer.status == .tooManyRequests)
        #expect(answer.headers[.retryAfter] == "60")
        #expect(String(buffer: answer.body).contains("too-many-logins"))
        // Another spelling of the name is the same account; another account is another.
        try await expectEqual(
          server.post("/login", Self.json(name.uppercased(), "guess")).status, 429)
        try await expectEqual(server.post("/login", Self.json("eva", "guess")).status, 401)
        try await expectEqual(
          server.post("/login", Self.json(name, "guess"), tenant: "globex").status, 401)
        try server.clock.set("2026-05-15T12:01:00Z")
        let right = try await server.post("/login", Self.json(name, "secret")).status
        #expect(right == (name == "sam" ? 200 : 401))
      }
    }

    /// Eight at once, as many connections as the HTTP client has.
    @Test(arguments: ["sam", "nobody"])
    func guessesSentAtOnceAreAnsweredNoMoreOftenThanOthers(name: String) async throws {
      try await withBlockedHashes { server, whileBlocked in
        _ = try await server.register()
        for _ in 0..<6 {
          try await expectEqual(server.post("/login", Self.json(name, "guess")).status, 401)
        }
        let answers = try await whileBlocked(Self.json(name, "guess"))
        #expect(
          answers.map(\.status.code).sorted()
            == Array(repeating: 401, count: 4) + Array(repeating: 429, count: 4))
        for answer in answers where answer.status == .tooManyRequests {
          #expect(answer.headers[.retryAfter] == "60")
        }
        let next = try await server.response("/login", Self.json(name, "secret"))
        #expect(next.headers[.retryAfter] == "60")
        try server.clock.set("2026-05-15T12:01:00Z")
        let right = try await server.post("/login", Self.json(name, "secret")).status
        #expect(right == (name == "sam" ? 200 : 401))
      }
    }

    @Test func rightPasswordsSentAtOnceAllLogIn() async throws {
      try await withBlockedHashes { server, whileBlocked in
        _ = try await server.register()
        for _ in 0..<9 {
          try await expectEqual(server.post("/login", Self.json("sam", "wrong")).status, 401)
        }
        let answers = try await whileBlocked(Self.json("sam", "secret"))
        #expect(answers.map(\.status.code) == Array(repeating: 200, count: 8))
      }
    }

    @Test func aStrangersGuessesDoNotLockTheOwnerOut() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        // From so many networks that the account's own budget is spent as well.
        for network in 0..<11 {
          for _ in 0..<12 {
            _ = try await server.post(
              "/login", Self.json("sam", "guess"), peer: "192.0.2.\(network)")
          }
        }
        try await expectEqual(
          server.post("/login", Self.json("sam", "guess"), peer: "192.0.2.0").status, 429)
        for peer in ["127.0.0.1", "198.51.100.7", "2001:db8::1"] {
          // Mistyped once.
          try await expectEqual(
            server.post("/login", Self.json("sam", "wrong"), peer: peer).status, 401)
          try await expectEqual(
            server.post("/login", Self.json("sam", "secret"), peer: peer).status, 200)
        }
      }
    }

    /// One request at each of many tenants: turns go by peer as well as by tenant.
    @Test func aPeerThatFloodsManyTenantsKeepsNoOtherPeerWaiting() async throws {
      // The HTTP client has eight connections at most.
      let tenants = (0..<6).map { number in
        Tenant(
          id: TenantID(), slug: "t\(number)", displayName: "T", timeZone: "UTC", currency: "EUR",
          registration: .open)
      }
      let threads = NIOThreadPool(numberOfThreads: 1)
      threads.start()
      let free = DispatchSemaphore(value: 0)
      let metrics = PrometheusMetrics()
      @Sendable func waiting(_ count: Int) async throws {
        let line = Substring("terrace_password_hashes_waiting \(count)")
        try await eventually("there are \(count) that wait") {
          metrics.render().split(separator: "\n").contains(line)
        }
      }
      try await FinanceServer.run(
        tenants, threads: threads, limits: .init(concurrent: 1), metrics: metrics
      ) { server in
        // Right passwords: the answers to wrong ones are held back, each for another time.
        for tenant in tenants {
          _ = try await server.post("/register", Self.json("sam", "secret"), tenant: tenant.slug)
        }
        _ = try await server.post("/register", Self.json("eva", "secret"), tenant: "t3")
        threads.submit { _ in free.wait() }
        let order = try await withThrowingTaskGroup(of: String.self) { group in
          for (number, tenant) in tenants.enumerated() {
            group.addTask {
              _ = try await server.post(
                "/login", Self.json("sam", "secret"), tenant: tenant.slug, peer: "192.0.2.1")
              return "flood"
            }
            try await waiting(number)
          }
          group.addTask {
            _ = try await server.post(
              "/login", Self.json("eva", "secret"), tenant: "t3", peer: "192.0.2.2")
            return "other"
          }
          try await waiting(tenants.count)
          free.signal()
          return try await group.reduce(into: []) { $0.append($1) }
        }
        // What follows a hash takes its own time, so this is not quite the order of the turns.
        #expect(try #require(order.firstIndex(of: "other")) < tenants.count - 1, "\(order)")
      }
      try await threads.shutdownGracefully()
    }

    /// Runs `body` with a server and a way to have eight logins admitted before one is hashed.
    private func withBlockedHashes(
      _ body:
        @Sendable (
          FinanceServer, _ whileBlocked: @Sendable (String) async throws -> [TestResponse]
        ) async throws -> Void
    ) async throws {
      let threads = NIOThreadPool(numberOfThreads: 1)
      threads.start()
      let metrics = PrometheusMetrics()
      try await FinanceServer.run(threads: threads, limits: .init(concurrent: 1), metrics: metrics)
      { server in
        try await body(server) { login in
          let free = DispatchSemaphore(value: 0)
          threads.submit { _ in free.wait() }
          return try await withThrowingTaskGroup(of: TestResponse.self) { group in
            for _ in 0..<8 { group.addTask { try await server.response("/login", login) } }
            defer { free.signal() }
            try await eventually("there are 7 that wait") {
              metrics.render().split(separator: "\n").contains("terrace_password_hashes_waiting 7")
            }
            free.signal()
            return try await group.reduce(into: []) { $0.append($1) }
          }
        }
      }
      try await threads.shutdownGracefully()
    }
  }
}
