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
