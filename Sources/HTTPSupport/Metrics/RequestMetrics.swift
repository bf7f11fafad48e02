import CoreMetrics
import HTTPServer
import Synchronization

/// Requests by route and status, their durations by route, and requests by label, of one listener.
public final class RequestMetrics: Sendable {
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
    var labels: LabelCounters?
  }

  private let listener: String
  private let factory: any MetricsFactory
  private let state: Mutex<State>

  /// - Parameter labels: Counts requests by their labels.
  public init(
    listener: String, labels: LabelCounters? = nil, factory: any MetricsFactory
  ) {
    self.listener = listener
    self.factory = factory
    state = Mutex(State(labels: labels))
  }

  func record(_ handled: HandledRequest, _ duration: Duration) {
    let outcome = Outcome(route: handled.route, status: handled.response.status.code)
    let (handles, label) = state.withLock { state in
      (
        self.handles(for: outcome, in: &state),
        handled.label.flatMap { state.labels?.counter(for: $0) }
      )
    }
    handles.count.increment()
    let (seconds, attoseconds) = duration.components
    handles.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    label?.increment()
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

/// Counters of one name, one for each value of a label, of which there are ``maximum`` at most:
/// values that come later count as `other`.
public struct LabelCounters: Sendable {
  public static let maximum = 200

  private let name: String
  private let label: String
  private let factory: any MetricsFactory
  private var counters: [String: Counter] = [:]

  public init(name: String, label: String, factory: any MetricsFactory) {
    self.name = name
    self.label = label
    self.factory = factory
  }

  /// The counter that a value of the label counts in.
  public mutating func counter(for value: String) -> Counter {
    if let counter = counters[value] { return counter }
    let counted = counters.count >= Self.maximum ? "other" : value
    let counter =
      counters[counted] ?? Counter(label: name, dimensions: [(label, counted)], factory: factory)
    counters[counted] = counter
    return counter
  }
}
