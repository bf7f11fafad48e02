import Atomics
import Metrics
import NIOPosix
import Synchronization
import Tenancy

/// Hashes and verifies passwords on a few threads of their own, off the event loops.
package final class PasswordHasher: Sendable {
  /// How much may go on at once.
  struct Limits: Sendable {
    /// Hashes under way: each keeps a core busy and holds some tens of MiB.
    var concurrent: Int
    /// Requests that wait, over all tenants.
    var waiting = 256
    /// Requests of one tenant that wait.
    var waitingPerTenant = 32
  }

  /// Too many requests wait already, or too many of this peer or tenant while others came.
  package struct Busy: Error {}

  private typealias Waiter = CheckedContinuation<Void, any Error>

  private let parameters: ScryptParameters
  private let threads: NIOThreadPool
  private let metrics: PasswordMetrics
  private let nextID = ManagedAtomic<UInt64>(0)
  private let queue: Mutex<HashingQueue<Waiter>>
  private let pace = Mutex(RefusalPace())

  /// - Parameter threads: runs the hashes; it is shared with other blocking work and never shut
  ///   down, so no more than `limits.concurrent` hashes are ever handed to it.
  init(
    parameters: ScryptParameters, limits: Limits, threads: NIOThreadPool = .singleton,
    metrics: any MetricsFactory = MetricsSystem.factory
  ) {
    self.metrics = PasswordMetrics(factory: metrics)
    self.parameters = parameters
    self.threads = threads
    queue = Mutex(HashingQueue(limits: limits))
  }

  /// The text form of a new hash of `password`.
  ///
  /// - Throws: ``Busy``; `CancellationError` if cancelled while waiting.
  func hash(_ password: Password, for requester: Requester) async throws -> String {
    try await run(for: requester) { [parameters] in
      try ScryptHash(of: password, parameters: parameters).description
    }
  }

  /// Compares `password` with a stored hash, or with none if the user does not exist. If it is
  /// wrong, neither the work nor the time of the answer depends on the hash.
  ///
  /// - Parameter judge: called with whether the password is right once that is known, though nobody
  ///   may wait for the answer any more. What it throws is thrown in place of the verdict, and work
  ///   and time are then those of a wrong password.
  /// - Throws: ``Busy``; `CancellationError` if cancelled while waiting; what `judge` throws.
  func verify(
    _ password: Password, against stored: String?, for requester: Requester,
    judge: @escaping @Sendable (_ isRight: Bool) throws -> Void = { _ in }
  ) async throws -> PasswordVerdict {
    let forms = [password] + (password.asTyped.map { [$0] } ?? [])
    let (answer, elapsed) = try await run(for: requester) { [parameters] in
      let start = ContinuousClock.now
      let answer = try Self.answer(
        forms, with: stored.flatMap(ScryptHash.init), parameters, judge: judge)
      return (answer, start.duration(to: .now))
    }
    if case .success(let verdict) = answer, verdict != .wrong { return verdict }
    let delay = pace.withLock { $0.delay(after: elapsed, comparisons: forms.count) }
    try await Task.sleep(for: delay)
    return try answer.get()
  }

  private static func answer(
    _ forms: [Password], with hash: ScryptHash?, _ parameters: ScryptParameters,
    judge: (Bool) throws -> Void
  ) throws -> Result<PasswordVerdict, any Error> {
    let match = try forms.firstIndex { try compare($0, with: hash, parameters) }
    do { try judge(match != nil) } catch {
      if let match {
        // The work that it would have been if it were wrong.
        try reachCeiling(forms[match], after: hash, parameters)
        for form in forms[(match + 1)...] { _ = try compare(form, with: hash, parameters) }
      }
      return .failure(error)
    }
    guard let match else { return .success(.wrong) }
    return .success(match == 0 && hash?.parameters == parameters ? .right : .rightButOutdated)
  }

  /// Whether the hash is one of `password`. If not, that took as much work as ``ScryptParameters/ceiling``.
  private static func compare(
    _ password: Password, with hash: ScryptHash?, _ parameters: ScryptParameters
  ) throws -> Bool {
    if let hash {
      if try hash.matches(password) { return true }
    } else {
      _ = try ScryptHash(of: password, parameters: parameters)
    }
    try reachCeiling(password, after: hash, parameters)
    return false
  }

  private static func reachCeiling(
    _ password: Password, after hash: ScryptHash?, _ parameters: ScryptParameters
  ) throws {
    if let rest = parameters.ceiling.remainder(after: hash?.parameters ?? parameters) {
      _ = try ScryptHash(of: password, parameters: rest)
    }
  }

  private func run<R: Sendable>(
    for requester: Requester, _ work: @escaping @Sendable () throws -> R
  ) async throws -> R {
    try await waitForTurn(requester)
    defer { update { $0.finish() }?.resume() }
    return try await threads.runIfActive(work)
  }

  private func waitForTurn(_ requester: Requester) async throws {
    let id = nextID.wrappingIncrementThenLoad(ordering: .relaxed)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiter in
        admit(id: id, waiter: waiter, requester)
      }
    } onCancel: {
      update { $0.abandon(id: id) }?.resume(throwing: CancellationError())
    }
  }

  /// Changes the queue, and takes note of its new length.
  private func update<R>(_ change: (inout HashingQueue<Waiter>) -> sending R) -> sending R {
    queue.withLock { queue in
      defer { metrics.record(queue) }
      return change(&queue)
    }
  }

  private func admit(id: UInt64, waiter: Waiter, _ requester: Requester) {
    // A cancellation before this lock finds no waiter, so it is looked for here; one after it finds
    // the waiter.
    let admission: HashingQueue<Waiter>.Admission? = update { queue in
      if Task.isCancelled { return nil }
      return queue.admit(id: id, waiter: waiter, requester)
    }
    switch admission {
    case .start: waiter.resume()
    case .wait: break
    case .waitInPlaceOf(let displaced): refuse(displaced)
    case .refuse: refuse(waiter)
    case nil: waiter.resume(throwing: CancellationError())
    }
  }

  private func refuse(_ waiter: Waiter) {
    metrics.countRefusal()
    waiter.resume(throwing: Busy())
  }
}

/// What comparing a password with a stored hash found.
enum PasswordVerdict: Sendable {
  case wrong
  case right
  /// Right, but hashed with other parameters than new passwords: to be hashed anew.
  case rightButOutdated
}

/// When a wrong password is refused: at a whole multiple of an interval, so that the time of the
/// answer does not tell which kind of hash the password was compared with.
///
/// The interval is twice the shortest comparison seen. Kinds of hash that cost equal work still
/// differ by up to a fifth in time, through memory and caches; they end within the same interval.
struct RefusalPace {
  /// The shortest time that one comparison took.
  private var least: Duration?

  /// How long to hold the answer back.
  ///
  /// - Parameters:
  ///   - elapsed: since the first of the comparisons began.
  ///   - comparisons: how many there were, at least 1: the typed text alone says that.
  mutating func delay(after elapsed: Duration, comparisons: Int) -> Duration {
    let one = elapsed / comparisons
    let least = min(least ?? one, one)
    self.least = least
    let interval = least * 2
    guard interval > .zero else { return .zero }
    return interval * (elapsed / interval).rounded(.up) - elapsed
  }
}

/// What an operator sees of the queue for hashing.
private struct PasswordMetrics: Sendable {
  private let running: Meter
  private let waiting: Meter
  private let refused: Counter

  init(factory: any MetricsFactory) {
    running = Meter(label: "terrace_password_hashes_running", factory: factory)
    waiting = Meter(label: "terrace_password_hashes_waiting", factory: factory)
    refused = Counter(label: "terrace_password_hashes_refused_total", factory: factory)
  }

  /// To be called under the queue's lock, so that the last number is the newest.
  func record<Waiter>(_ queue: HashingQueue<Waiter>) {
    running.set(queue.running)
    waiting.set(queue.waitingCount)
  }

  func countRefusal() {
    refused.increment()
  }
}
