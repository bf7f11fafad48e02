import Synchronization

/// What is known of the health of upstreams, from how their requests go. It remembers only those
/// that are failing, and those not for ever: their tenants may be gone, or be served elsewhere.
final class UpstreamHealth: Sendable {
  private let failing = Mutex<[Upstream: CircuitBreaker]>([:])
  private let metrics: ForwardingMetrics
  private let clock: @Sendable () -> Duration

  /// - Parameter clock: A time that only goes forward.
  init(
    metrics: ForwardingMetrics, clock: @escaping @Sendable () -> Duration
  ) {
    self.metrics = metrics
    self.clock = clock
  }

  /// - Throws: ``UpstreamError/circuitOpen(retryAfter:)``.
  func admit(_ upstream: Upstream) throws(UpstreamError) {
    let admission = failing.withLock { failing in
      failing.isEmpty ? nil : failing[upstream]?.admit(now: now)
    }
    guard case .refuse(let rest)? = admission else { return }
    let (seconds, fraction) = rest.components
    throw .circuitOpen(retryAfter: Int(seconds) + (fraction > 0 ? 1 : 0))
  }

  func succeeded(_ upstream: Upstream) {
    failing.withLock { failing in
      guard !failing.isEmpty else { return }
      if failing.removeValue(forKey: upstream)?.isOpen == true { record(failing) }
    }
  }

  func failed(_ upstream: Upstream) {
    failing.withLock { failing in
      failing[upstream, default: CircuitBreaker()].failed(now: now)
      record(failing)
    }
  }

  /// Forgets those of which nothing has been heard for long.
  func refresh() {
    failing.withLock { failing in
      guard !failing.isEmpty else { return }
      failing = failing.filter { !$0.value.isForgotten(now: now) }
      record(failing)
    }
  }

  private func record(_ failing: [Upstream: CircuitBreaker]) {
    metrics.record(openCircuits: failing.values.count(where: \.isOpen))
  }

  private var now: Duration { clock() }

  static func clock() -> @Sendable () -> Duration {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }
}

/// Rests an upstream that keeps failing, so that its requests are refused at once instead of
/// waiting for it one by one.
///
/// It is closed at first. So many failures in a row open it for a time, after which one request
/// goes through as a probe: its success closes the circuit, its failure opens it for twice as long.
struct CircuitBreaker: Equatable, Sendable {
  /// Failures in a row that open it.
  static let threshold = 5
  static let firstRest = Duration.seconds(1)
  static let longestRest = Duration.seconds(30)
  /// For how long a failure counts that no request has followed.
  static let memory = Duration.seconds(300)

  enum Admission: Equatable {
    case pass
    /// For how long no other request will pass.
    case refuse(Duration)
  }

  private enum State: Equatable {
    case closed(failures: Int)
    case open(until: Duration, rest: Duration)
    /// One request is under way to see. It counts as lost if nothing is heard of it until then.
    case probing(until: Duration, rest: Duration)
  }

  private var state = State.closed(failures: 0)
  private var lastFailure = Duration.zero

  /// Whether requests are refused, but for probes.
  var isOpen: Bool {
    if case .closed = state { false } else { true }
  }

  /// Whether all this is so long ago that it says nothing any more.
  func isForgotten(now: Duration) -> Bool { now - lastFailure > Self.memory }

  /// - Parameter now: A time on a clock that only goes forward, as in the other methods.
  mutating func admit(now: Duration) -> Admission {
    switch state {
    case .closed: return .pass
    case .open(let until, let rest), .probing(let until, let rest):
      guard now >= until else { return .refuse(until - now) }
      state = .probing(until: now + rest, rest: rest)
      return .pass
    }
  }

  mutating func failed(now: Duration) {
    lastFailure = now
    switch state {
    case .closed(let failures) where failures + 1 < Self.threshold:
      state = .closed(failures: failures + 1)
    case .closed: state = .open(until: now + Self.firstRest, rest: Self.firstRest)
    case .open: break
    case .probing(_, let rest):
      let longer = min(rest * 2, Self.longestRest)
      state = .open(until: now + longer, rest: longer)
    }
  }

  mutating func succeeded() {
    state = .closed(failures: 0)
  }
}
