import Hummingbird

/// Counts the requests of one listener, and logs them.
public struct RequestObserver: Sendable {
  private let metrics: RequestMetrics
  private let log: AccessLog

  public init(metrics: RequestMetrics, log: AccessLog) {
    self.metrics = metrics
    self.log = log
  }

  func observe(
    _ request: Request?, _ handled: HandledRequest, _ scope: RequestScope,
    since started: ContinuousClock.Instant
  ) {
    let duration = ContinuousClock.now - started
    metrics.record(handled, duration)
    log.record(request, handled, scope, duration)
  }
}
