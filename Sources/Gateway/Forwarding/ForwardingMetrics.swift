import CoreMetrics

/// What an operator sees of forwarding. Its labels are of a fixed set, however many tenants there
/// are: the log names the upstream.
struct ForwardingMetrics: Sendable {
  private let factory: any MetricsFactory
  private let openCircuits: Meter

  init(factory: any MetricsFactory) {
    self.factory = factory
    openCircuits = Meter(label: "terrace_upstream_circuits_open", factory: factory)
    openCircuits.set(0)
  }

  /// Counts a request that was not forwarded, or not answered.
  func count(_ error: UpstreamError) {
    Counter(
      label: "terrace_upstream_errors_total", dimensions: [("error", error.name)], factory: factory
    ).increment()
  }

  /// To be called under the lock that guards the circuits, so that the last number is the newest.
  func record(openCircuits count: Int) {
    openCircuits.set(count)
  }
}
