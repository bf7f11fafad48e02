import Metrics

/// What an operator sees of the queue for hashing.
struct PasswordMetrics: Sendable {
  private let running: Meter
  private let waiting: Meter
  private let refused: Counter

  init(factory: any MetricsFactory) {
    running = Meter(label: "terrace_password_hashes_running", factory: factory)
    waiting = Meter(label: "terrace_password_hashes_waiting", factory: factory)
    refused = Counter(label: "terrace_password_hashes_refused_total", factory: factory)
  }

  /// To be called under the lock that guards the turns, so that the last number is the newest.
  func record<Waiter>(_ turns: PasswordTurns<Waiter>) {
    running.set(turns.running)
    waiting.set(turns.waitingCount)
  }

  func countRefusal() {
    refused.increment()
  }
}
