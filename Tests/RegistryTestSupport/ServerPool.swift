import EmbeddedPostgres
import Synchronization
import Testing

/// A few servers that tests take turns on: roles belong to a server, so that no two tests can
/// share one, and starting one takes longer than most tests.
package final class ServerPool: Sendable {
  private struct State {
    var free: [EmbeddedPostgres]
    var waiting: [CheckedContinuation<EmbeddedPostgres, Never>] = []
  }

  private let state: Mutex<State>

  private init(_ servers: [EmbeddedPostgres]) {
    state = Mutex(State(free: servers))
  }

  /// Runs `body` with a pool of `count` servers.
  package static func withPool<R>(
    of count: Int, _ servers: [EmbeddedPostgres] = [],
    _ body: (ServerPool) async throws -> R
  ) async throws -> R {
    guard servers.count < count else { return try await body(ServerPool(servers)) }
    return try await withTemporaryPostgres { server in
      try await withPool(of: count, servers + [server], body)
    }
  }

  /// Runs `body` with a server that is its alone meanwhile; who comes first is served first.
  package func withServer<R>(_ body: (EmbeddedPostgres) async throws -> R) async throws -> R {
    let server = await take()
    defer { give(server) }
    return try await body(server)
  }

  private func take() async -> EmbeddedPostgres {
    await withCheckedContinuation { continuation in
      let server = state.withLock { state in
        if let server = state.free.popLast() { return server as EmbeddedPostgres? }
        state.waiting.append(continuation)
        return nil
      }
      if let server { continuation.resume(returning: server) }
    }
  }

  private func give(_ server: EmbeddedPostgres) {
    let next = state.withLock { state -> CheckedContinuation<EmbeddedPostgres, Never>? in
      guard !state.waiting.isEmpty else {
        state.free.append(server)
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume(returning: server)
  }
}

/// Starts the servers that the tests of a suite take turns on, and removes them afterwards.
package struct Servers: SuiteTrait, TestScoping {
  @TaskLocal static var pool: ServerPool?

  package func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await ServerPool.withPool(of: 3) { pool in
      try await Self.$pool.withValue(pool, operation: function)
    }
  }
}

extension Trait where Self == Servers {
  package static var servers: Servers { Servers() }
}
