import Dispatch
import NIOPosix
import Testing

@testable import Finance
@testable import FinanceAPI

extension DatabaseTests {
  struct LoginTests {
    @Test func aHashOfTheOldAppLogsInAndIsReplaced() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        let old = try ScryptHash(
          of: Password("imported"),
          parameters: ScryptParameters(cost: 64, blockSize: 8, parallelism: 1)
        ).description
        let database = try server.database()
        _ = try await database.query("update app_user set password_hash = \(old)")
        try await expectEqual(server.post("/login", FinanceServer.credentials).status, 401)
        _ = try await server.logIn(#"{"username":"sam","password":"imported"}"#)
        let stored = try await database.query("select password_hash from app_user")
        #expect(try stored[0].decode(0, as: String.self).hasPrefix("scrypt:16:8:1$"))
        _ = try await server.logIn(#"{"username":"sam","password":"imported"}"#)
      }
    }

    @Test func aRightPasswordLogsInThoughItsHashCannotBeReplaced() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        let old = try ScryptHash(
          of: Password("secret"),
          parameters: ScryptParameters(cost: 64, blockSize: 8, parallelism: 1)
        ).description
        let database = try server.database()
        let owner = try #require(server.tenants["acme"]).owner
        _ = try await database.query("update app_user set password_hash = \(old)")
        _ = try await owner.query(
          """
          alter table app_user add constraint old_hashes
            check (password_hash like 'scrypt:64:%') not valid
          """)
        _ = try await server.logIn()
        let kept = try await database.query("select password_hash from app_user")
        #expect(try kept[0].decode(0, as: String.self) == old)
        _ = try await owner.query("alter table app_user drop constraint old_hashes")
        _ = try await server.logIn()
        let replaced = try await database.query("select password_hash from app_user")
        #expect(try replaced[0].decode(0, as: String.self).hasPrefix("scrypt:16:8:1$"))
      }
    }

    @Test func aStoredHashThatCannotBeReadLogsNobodyIn() async throws {
      try await FinanceServer.run { server in
        _ = try await server.register()
        for hash in ["", "plain:secret", "scrypt:1073741824:8:1$salt$00", "pbkdf2:sha256:1$s$00"] {
          _ = try await server.database().query("update app_user set password_hash = \(hash)")
          try await expectEqual(server.post("/login", FinanceServer.credentials).status, 401)
        }
      }
    }

    @Test func noPasswordHashOrTokenIsLogged() async throws {
      try await FinanceServer.run { server in
        let token = try await server.register(#"{"username":"sam","password":"swordfish"}"#)
        _ = try await server.post("/login", #"{"username":"sam","password":"wrong fish"}"#)
        _ = try await server.post("/login", #"{"username":"sam","password":"broken fish""#)
        _ = try await server.get("/analytics?period=last_month", token: token)
        // An error that is our own is logged, so that the log is not just empty.
        _ = try await server.tenants["acme"]?.owner.query("alter table app_user rename to gone")
        _ = try await server.post("/login", #"{"username":"sam","password":"swordfish"}"#)
        let log = server.log.text
        #expect(log.contains("request failed"))
        for secret in ["fish", token, "scrypt:"] { #expect(!log.contains(secret)) }
      }
    }

    /// With a hasher that has room for none, only what needs no hash is answered: an unknown name
    /// that skipped its hash would be told apart.
    @Test func unknownUsersAreHashedAndBeyondTheQueueLoginsAreToldToComeBack() async throws {
      let threads = NIOThreadPool(numberOfThreads: 1)
      threads.start()
      let free = DispatchSemaphore(value: 0)
      let limits = PasswordHasher.Limits(concurrent: 1, waiting: 0)
      try await FinanceServer.run(threads: threads, limits: limits) { server in
        threads.submit { _ in free.wait() }
        defer { free.signal() }
        try await withThrowingTaskGroup(of: Answer.self) { group in
          // Whichever comes first holds the one place until the thread is free.
          for username in ["eva", "tom"] {
            group.addTask {
              try await server.post("/login", #"{"username":"\#(username)","password":"p"}"#)
            }
          }
          let refused = try #require(try await group.next())
          #expect(refused.status == 503 && refused.isProblem, "\(refused)")
          let response = try await server.client.executeRequest(
            uri: "/acme/register", method: .post, headers: [.contentType: "application/json"],
            body: .init(string: FinanceServer.credentials))
          #expect(response.status == .serviceUnavailable)
          #expect(response.headers[.retryAfter] == "2")
          free.signal()
          try await expectEqual(group.next()?.status, 401)
        }
        _ = try await server.register()
      }
      try await threads.shutdownGracefully()
    }
  }
}
