import CoreMetrics

/// A counter for each tenant, of which there are ``RequestMetrics/maximumTenants`` at most: tenants
/// that come later count as `other`.
package struct TenantCounters: Sendable {
  private let label: String
  private let factory: any MetricsFactory
  private var counters: [String: Counter] = [:]

  package init(label: String, factory: any MetricsFactory) {
    self.label = label
    self.factory = factory
  }

  /// The counter that a tenant counts in.
  ///
  /// - Parameter tenant: its slug.
  package mutating func counter(for tenant: String) -> Counter {
    if let counter = counters[tenant] { return counter }
    let isFull = counters.count >= RequestMetrics.maximumTenants
    let name = isFull ? "other" : tenant
    let counter =
      counters[name] ?? Counter(label: label, dimensions: [("tenant", name)], factory: factory)
    counters[name] = counter
    return counter
  }
}
