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

/// Records that newer ones have taken the place of, and that requests may still be served by: only
/// those of tenants that concern a deployment of their own, since only those move.
struct InFlightRecords: Sendable {
  private struct Entry: Sendable {
    weak let record: TenantRecord?
    /// The revision of the record in its place.
    let revision: Int64
  }

  private var entries: [Entry] = []

  /// Whether none was added since all of them were last found to be drained.
  var isEmpty: Bool { entries.isEmpty }

  mutating func add(_ record: TenantRecord, at revision: Int64) {
    entries.append(Entry(record: record, revision: revision))
  }

  /// The last revision before which no request under way was begun.
  ///
  /// - Parameter revision: the one that requests begin at now.
  mutating func drainedRevision(at revision: Int64) -> Int64 {
    entries.removeAll { $0.record == nil }
    return entries.map { $0.revision - 1 }.min() ?? revision
  }
}

/// How a ``TenantDirectory`` keeps up with the registry.
public struct TenantDirectoryConfiguration: Sendable {
  /// What an operator knows this process by; a slow write names it.
  public var name: String
  /// How often the registry is asked what has changed, whatever it notifies of.
  public var pollInterval: Duration = .seconds(2)
  /// For how long the snapshot is good after the registry was last heard of.
  public var maximumStaleness: Duration = .seconds(30)

  public init(name: String) {
    self.name = name
  }
}

/// The NOTIFY channel that carries the number of each new revision. Anyone in the database could
/// forge a notification: it is a hint to look, and nothing more.
enum RegistryChannel {
  static let name = "terrace_registry"
}
