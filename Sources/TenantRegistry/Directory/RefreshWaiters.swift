import Synchronization

/// Those who wait until a directory has asked the registry once more.
final class RefreshWaiters: Sendable {
  typealias Waiter = AsyncStream<Never>.Continuation

  /// However many ask, and whatever comes of it, the registry is asked no more often for them.
  private static let interval = Duration.milliseconds(100)

  private struct State {
    var isServed = false
    var waiting: [Waiter] = []
    /// When the last look began that somebody waited for.
    var last: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// From now on somebody takes those who wait, and finishes them.
  func begin() {
    state.withLock { $0.isServed = true }
  }

  /// Nobody does any more, and nobody waits.
  func end() {
    state.withLock { $0.isServed = false }
    for waiter in take() { waiter.finish() }
  }

  /// Waits for the next look, for as long as `limit` or until the task is cancelled; not at all if
  /// nobody looks, or somebody did a moment ago.
  func wait(atMost limit: Duration, now: ContinuousClock.Instant = .now, _ wake: () -> Void) async {
    let (look, waiter) = AsyncStream.makeStream(of: Never.self)
    guard enqueue(waiter, now: now) else { return }
    wake()
    await withDiscardingTaskGroup { group in
      group.addTask {
        if (try? await Task.sleep(for: limit)) != nil { waiter.finish() }
      }
      for await _ in look {}
      group.cancelAll()
    }
  }

  private func enqueue(_ waiter: Waiter, now: ContinuousClock.Instant) -> Bool {
    state.withLock { state in
      let isDue = state.last.map { now >= $0 + Self.interval } ?? true
      guard state.isServed, isDue || !state.waiting.isEmpty else { return false }
      state.waiting.append(waiter)
      return true
    }
  }

  /// Those that the next look is for.
  func take(now: ContinuousClock.Instant = .now) -> [Waiter] {
    state.withLock { state in
      if !state.waiting.isEmpty { state.last = now }
      defer { state.waiting = [] }
      return state.waiting
    }
  }
}
