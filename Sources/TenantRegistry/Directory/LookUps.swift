import Synchronization

/// Those who wait until a directory has asked the registry once more.
final class LookUps: Sendable {
  typealias Waiter = UnsafeContinuation<Void, Never>

  private struct State {
    var isServed = false
    var waiting: [Waiter] = []
  }

  private let state = Mutex(State())

  /// From now on somebody takes those who wait, and resumes them.
  func begin() {
    state.withLock { $0.isServed = true }
  }

  /// Nobody does any more, and nobody waits.
  func end() {
    state.withLock { $0.isServed = false }
    for waiter in take() { waiter.resume() }
  }

  /// Waits for the next look; not at all if nobody looks.
  func wait(_ wake: () -> Void) async {
    await withUnsafeContinuation { waiter in
      let isServed = state.withLock { state in
        if state.isServed { state.waiting.append(waiter) }
        return state.isServed
      }
      if isServed { wake() } else { waiter.resume() }
    }
  }

  /// Those that the next look is for.
  func take() -> [Waiter] {
    state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
  }
}
