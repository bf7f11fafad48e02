import Synchronization

/// What is known of the health of upstreams, from how their requests go. It remembers only those
/// that are failing.
final class UpstreamHealth: Sendable {
  private let failing = Mutex<[Upstream: CircuitBreaker]>([:])
  private let start = ContinuousClock.now

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
      if !failing.isEmpty { failing[upstream] = nil }
    }
  }

  func failed(_ upstream: Upstream) {
    failing.withLock { $0[upstream, default: CircuitBreaker()].failed(now: now) }
  }

  private var now: Duration { ContinuousClock.now - start }
}
