import EmbeddedPostgres
import Synchronization

/// A few servers that tests take turns on: roles belong to a server, so that no two tests can
/// share one, and starting one takes longer than most tests.
final class ServerPool: Sendable {
  private struct State {
    var free: [EmbeddedPostgres]
    var waiting: [CheckedContinuation<EmbeddedPostgres, Never>] = []
  }

  private let state: Mutex<State>

  private init(_ servers: [EmbeddedPostgres]) {
    state = Mutex(State(free: servers))
  }

  /// Runs `body` with a pool of `count` servers.
  static func withPool<R>(
    of count: Int, _ servers: [EmbeddedPostgres] = [],
    _ body: (ServerPool) async throws -> R
  ) async throws -> R {
    guard servers.count < count else { return try await body(ServerPool(servers)) }
    return try await withTemporaryPostgres { server in
      try await withPool(of: count, servers + [server], body)
    }
  }

  /// Runs `body` with a server that is its alone meanwhile; who comes first is served first.
  func withServer<R>(_ body: (EmbeddedPostgres) async throws -> R) async throws -> R {
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
