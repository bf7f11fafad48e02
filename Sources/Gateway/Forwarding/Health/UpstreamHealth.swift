import Synchronization

/// What is known of the health of upstreams, from how their requests go. It remembers only those
/// that are failing.
final class UpstreamHealth: Sendable {
  private let failing = Mutex<[Upstream: CircuitBreaker]>([:])
  private let start = ContinuousClock.now
  private let metrics: ForwardingMetrics

  init(metrics: ForwardingMetrics) {
    self.metrics = metrics
  }

  /// - Throws: ``UpstreamFault/circuitOpen(retryAfter:)``.
  func admit(_ upstream: Upstream) throws(UpstreamFault) {
    let admission = failing.withLock { failing in
      failing.isEmpty ? nil : failing[upstream]?.admit(now: now)
    }
    guard case .refuse(let rest)? = admission else { return }
    throw .circuitOpen(retryAfter: Int(rest.components.seconds) + 1)
  }

  func succeeded(_ upstream: Upstream) {
    failing.withLock { failing in
      if failing.removeValue(forKey: upstream)?.isOpen == true { record(failing) }
    }
  }

  func failed(_ upstream: Upstream) {
    failing.withLock { failing in
      failing[upstream, default: CircuitBreaker()].failed(now: now)
      record(failing)
    }
  }

  private func record(_ failing: [Upstream: CircuitBreaker]) {
    metrics.record(openCircuits: failing.values.count(where: \.isOpen))
  }

  private var now: Duration { ContinuousClock.now - start }
}
