import CoreMetrics
import Synchronization

/// Requests by route and status, their durations by route, and requests by tenant, of one listener.
public final class RequestMetrics: Sendable {
  /// Tenants that are counted by name; those that come later count as `other`.
  public static let maximumTenants = 200

  private struct Outcome: Hashable {
    let route: String?
    let status: Int
  }

  private struct Handles: Sendable {
    let count: Counter
    let duration: Timer
  }

  private struct State {
    var outcomes: [Outcome: Handles] = [:]
    var tenants: TenantCounters
  }

  private let listener: String
  private let factory: any MetricsFactory
  private let state: Mutex<State>

  public init(listener: String, factory: any MetricsFactory) {
    self.listener = listener
    self.factory = factory
    state = Mutex(
      State(tenants: TenantCounters(label: "terrace_tenant_requests_total", factory: factory)))
  }

  func record(_ handled: HandledRequest, _ duration: Duration) {
    let outcome = Outcome(route: handled.route, status: handled.response.status.code)
    let (handles, tenant) = state.withLock { state in
      (
        self.handles(for: outcome, in: &state),
        handled.tenant.map { state.tenants.counter(for: $0) }
      )
    }
    handles.count.increment()
    let (seconds, attoseconds) = duration.components
    handles.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    tenant?.increment()
  }

  private func handles(for outcome: Outcome, in state: inout State) -> Handles {
    if let handles = state.outcomes[outcome] { return handles }
    let route = [("listener", listener), ("route", outcome.route ?? "none")]
    let handles = Handles(
      count: Counter(
        label: "terrace_http_requests_total",
        dimensions: route + [("status", String(outcome.status))], factory: factory),
      duration: Timer(
        label: "terrace_http_request_duration_seconds", dimensions: route, factory: factory))
    state.outcomes[outcome] = handles
    return handles
  }
}
