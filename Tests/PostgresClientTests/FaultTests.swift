import TestSupport
import Testing

@testable import PostgresClient

struct FaultTests {
  /// Waits until the server shows `count` backends of the cell that run a statement like `text`.
  private func backends(_ fixture: TwoScopes, running text: String) async throws -> [Int] {
    let rows = try await fixture.client.database(fixture.superuser).query(
      """
      select pid from pg_stat_activity
      where usename = 'cell' and state = 'active' and query like \(text)
      """)
    return try rows.map { try $0.decode(0) }
  }

  private func waitForBackend(_ fixture: TwoScopes, running text: String) async throws -> Int {
    var pid: Int?
    try await eventually("a backend runs \(text)") {
      pid = try await backends(fixture, running: text).first
      return pid != nil
    }
    return try #require(pid)
  }

  @Test(arguments: [true, false])
  func aCancelledTaskCancelsItsStatementAndNoOther(onEventLoop: Bool) async throws {
    try await TwoScopes.run(
      configuration: .with { $0.maximumConnections = 2 }, onEventLoop: onEventLoop
    ) { fixture in
      for _ in 0..<20 {
        let task = Task {
          try await fixture.database("t_a").query(.init(unsafeSQL: "select pg_sleep(60)"))
        }
        _ = try await waitForBackend(fixture, running: "%pg_sleep%")
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        for _ in 0..<5 {
          let rows = try await fixture.database("t_b").query("select name from item")
          #expect(rows.count == 1)
        }
      }
      let left = try await backends(fixture, running: "%pg_sleep%")
      #expect(left.isEmpty)
    }
  }

  @Test func aWaitingRequestIsCancelledWithoutAConnection() async throws {
    try await TwoScopes.run(
      configuration: .with {
        $0.maximumConnections = 2
        $0.maximumConnectionsPerScope = 1
        $0.queueTimeout = .seconds(60)
      }
    ) { fixture in
      let holder = Task {
        try await fixture.database("t_a").query(.init(unsafeSQL: "select pg_sleep(60)"))
      }
      _ = try await waitForBackend(fixture, running: "%pg_sleep%")
      let waiter = Task { try await fixture.database("t_a").query("select 1") }
      waiter.cancel()
      let error = await #expect(throws: PostgresError.self) { try await waiter.value }
      #expect(error?.code == .cancelled)
      holder.cancel()
      _ = await holder.result
    }
  }

  @Test func aStatementThatTakesTooLongIsCancelledByTheServer() async throws {
    try await TwoScopes.run(configuration: .with { $0.statementTimeout = .milliseconds(50) }) {
      fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").query(.init(unsafeSQL: "select pg_sleep(60)"))
      }
      #expect(error?.code == .statementTimeout)
    }
  }

  @Test(arguments: [true, false])
  func aTerminatedBackendFailsItsRequestAndIsReplaced(onEventLoop: Bool) async throws {
    try await TwoScopes.run(
      configuration: .with { $0.maximumConnections = 2 }, onEventLoop: onEventLoop
    ) { fixture in
      let task = Task {
        try await fixture.database("t_a").query(.init(unsafeSQL: "select pg_sleep(60)"))
      }
      let pid = try await waitForBackend(fixture, running: "%pg_sleep%")
      _ = try await fixture.client.database(fixture.superuser).query(
        "select pg_terminate_backend(\(pid))")
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      #expect(error?.code == .connectionLost)
      let rows = try await fixture.database("t_a").query("select name from item")
      #expect(rows.count == 1)
    }
  }

  /// They outlive the error, and everybody's statements fail for as long as the session lives.
  @Test func aConnectionWhoseLocksFillTheServersTableIsReplaced() async throws {
    let settings = ["max_locks_per_transaction": "10", "max_connections": "20"]
    try await TwoScopes.run(
      configuration: .with { $0.maximumConnections = 2 }, settings: settings
    ) { fixture in
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").query(
          "select count(pg_try_advisory_lock(g)) from generate_series(1, 1000000) g")
      }
      #expect(error?.sqlState == "53200")
      let deadline = ContinuousClock.now + .seconds(10)
      var held = 1
      while held > 0, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
        // It may fail for as long as the table is full.
        let locks = try? await fixture.client.database(fixture.superuser).query(
          "select count(*) from pg_locks where locktype = 'advisory'")
        held = try locks?[0].decode(0) ?? 1
      }
      #expect(held == 0)
      #expect(try await fixture.database("t_b").query("select name from item").count == 1)
    }
  }

  @Test func aConnectionOnWhichSomebodyElsePreparedStatementsIsReplaced() async throws {
    try await TwoScopes.run(configuration: .with { $0.maximumConnections = 1 }) { fixture in
      let tenant = fixture.database("t_a")
      #expect(try await tenant.query("select name from item").count == 1)
      // Seen once, it is not prepared yet.
      #expect(try await tenant.query("select name from names").count == 1)
      for number in 2...9 {
        _ = try await tenant.query(.init(unsafeSQL: "prepare s\(number) as select 1"))
      }
      let error = await #expect(throws: PostgresError.self) {
        try await tenant.query("select name from names")
      }
      #expect(error?.sqlState == "42P05")
      #expect(try await tenant.query("select name from names").count == 1)
    }
  }

  @Test func aRestartedServerIsReconnectedTo() async throws {
    try await TwoScopes.run(configuration: .with { $0.queueTimeout = .seconds(30) }) { fixture in
      #expect(try await fixture.database("t_a").query("select name from item").count == 1)
      await fixture.server.stop()
      async let waiting = fixture.database("t_a").query("select name from item")
      try await fixture.server.restart()
      // The one sent while the server went down may have found the connection still open.
      _ = try? await waiting
      #expect(try await fixture.database("t_a").query("select name from item").count == 1)
    }
  }

  @Test func aServerThatIsAwayIsAnErrorOfItsOwn() async throws {
    try await TwoScopes.run(configuration: .with { $0.queueTimeout = .milliseconds(200) }) {
      fixture in
      await fixture.server.stop()
      let error = await #expect(throws: PostgresError.self) {
        while true { _ = try await fixture.database("t_a").query("select name from item") }
      }
      #expect(error?.code == .connectFailed)
      try await fixture.server.restart()
    }
  }

  @Test(arguments: [true, false])
  func whatCouldNotBeSentIsSentWhereTheDatabaseIsNow(inATransaction: Bool) async throws {
    try await TwoScopes.run(configuration: .with { $0.queueTimeout = .milliseconds(200) }) {
      fixture in
      var gone = fixture.cell
      gone.host += "/gone"
      let scope = SessionScope(role: "t_a", schema: "t_a")
      let moved = fixture.client.database(gone, scope: scope) { fixture.database("t_a") }
      let query: PostgresQuery = "select name from item"
      let rows =
        inATransaction
        ? try await moved.withTransaction { try await $0.query(query) }
        : try await moved.query(query)
      #expect(try rows[0].decode(0, as: String.self) == "t_a")
      let stays = fixture.client.database(gone, scope: scope) { moved }
      let error = await #expect(throws: PostgresError.self) { try await stays.query(query) }
      #expect(error?.code == .connectFailed)
    }
  }

  @Test func aPausedServerIsGivenUpOnAndServesAgainAfterwards() async throws {
    try await TwoScopes.run(
      configuration: .with {
        $0.statementTimeout = .milliseconds(50)
        $0.queueTimeout = .seconds(30)
      }
    ) { fixture in
      #expect(try await fixture.database("t_a").query("select name from item").count == 1)
      fixture.server.pause()
      let error = await #expect(throws: PostgresError.self) {
        try await fixture.database("t_a").query("select name from item")
      }
      #expect(error?.code == .statementTimeout)
      fixture.server.resume()
      let rows = try await fixture.database("t_a").query("select name from item")
      #expect(rows.count == 1)
    }
  }

  @Test func aServerThatHangsHoldsUpNoRequestOfAnother() async throws {
    try await TwoScopes.run(
      configuration: .with {
        $0.maximumConnections = 8
        $0.statementTimeout = .seconds(60)
        $0.queueTimeout = .seconds(60)
      }
    ) { fixture in
      try await TwoScopes.run { other in
        let roles = ["t_a", "t_b"]
        // Before, there is no other server to leave connections for.
        let before = try await fixture.database("t_a").query("select name from item")
        #expect(before.count == 1)
        await withDiscardingTaskGroup { group in
          for role in roles {
            let hanging = fixture.database(role).on(
              host: other.server.socketDirectory, port: other.server.port)
            for _ in 0..<20 {
              group.addTask { _ = try? await hanging.query("select pg_sleep(60)") }
            }
          }
          defer { group.cancelAll() }
          do {
            try await eventually("six backends hang") {
              try await backends(other, running: "%pg_sleep%").count >= 6
            }
            other.server.pause()
            defer { other.server.resume() }
            for _ in 0..<20 {
              for role in roles {
                let rows = try await fixture.database(role).query("select name from item")
                #expect(rows.count == 1)
              }
            }
          } catch {
            Issue.record(error)
          }
        }
      }
    }
  }

  /// Fifty scopes on few connections, with cancelled requests and killed backends in between:
  /// every row carries its scope's name.
  @Test func aStormOfScopesNeverCrosses() async throws {
    let roles = (0..<50).map { "t_\($0)" }
    try await TwoScopes.run(
      roles: roles,
      configuration: .with {
        $0.maximumConnections = 5
        $0.statementMemory = 200_000
        $0.maximumScopesPerConnection = 30
        $0.queueTimeout = .seconds(60)
      }
    ) { fixture in
      let answered = try await withThrowingTaskGroup(of: Int.self) { group in
        for worker in 0..<16 {
          group.addTask { try await storm(fixture, roles: roles, seed: UInt64(worker)) }
        }
        group.addTask {
          for _ in 0..<10 {
            _ = try await fixture.client.database(fixture.superuser).query(
              """
              select pg_terminate_backend(pid) from pg_stat_activity
              where usename = 'cell' order by random() limit 1
              """)
          }
          return 0
        }
        return try await group.reduce(0, +)
      }
      #expect(answered > 1000)
    }
  }

  /// - Returns: how many requests were answered.
  private func storm(_ fixture: TwoScopes, roles: [String], seed: UInt64) async throws -> Int {
    var random = SeededGenerator(seed: seed)
    var answered = 0
    for _ in 0..<200 {
      let role = roles[Int.random(in: 0..<roles.count, using: &random)]
      let task = Task {
        try await fixture.database(role).query("select name, current_user from item")
      }
      if Int.random(in: 0..<8, using: &random) == 0 { task.cancel() }
      switch await task.result {
      case .success(let rows):
        #expect(try rows.map { try $0.decode(0, as: String.self) } == [role])
        #expect(try rows[0].decode(1, as: String.self) == role)
        answered += 1
      case .failure(let error):
        let code = (error as? PostgresError)?.code
        #expect(code == .cancelled || code == .connectionLost, "\(String(reflecting: error))")
      }
    }
    return answered
  }
}
