import Atomics
import Synchronization

/// Something that happens once, and that tasks wait for.
package final class Milestone: Sendable {
  private struct State {
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var lastWaiter: UInt64 = 0
  }

  private let state = Mutex(State())
  private let reached = ManagedAtomic(false)

  package init() {}

  /// Whether it has happened.
  package var isReached: Bool { reached.load(ordering: .acquiring) }

  /// It has happened. Calling this again changes nothing.
  package func reach() {
    let waiters = state.withLock { state in
      reached.store(true, ordering: .releasing)
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Waits until it has happened, or the task is cancelled.
  package func wait() async {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard !isReached, !Task.isCancelled else { return false }
          state.waiters[id] = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
