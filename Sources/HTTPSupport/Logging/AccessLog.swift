import Atomics
import HTTPServer
import HTTPTypes

/// One JSON line per request: who, where to, what came of it, and how long it took; never a body,
/// a query or a header that could be a secret.
public struct AccessLog: Sendable {
  private let listener: String
  private let label: StaticString
  private let writer: LogWriter
  private let interval: Int
  private let count = ManagedAtomic(0)

  /// - Parameters:
  ///   - label: What a line calls the label of a request.
  ///   - interval: One line for every so many requests, and one for each 5xx; 1 logs all, 0 none.
  public init(
    listener: String, label: StaticString = "label", writer: LogWriter, interval: Int
  ) {
    self.listener = listener
    self.label = label
    self.writer = writer
    self.interval = interval
  }

  func record(
    _ method: HTTPRequest.Method?, _ handled: HandledRequest, _ exchange: HTTPExchange,
    _ duration: Duration
  ) {
    guard isDue(handled.response.status.code) else { return }
    let time = Timestamp.rfc3339.now()
    let (seconds, attoseconds) = duration.components
    writer.append { line in
      line.field("time", time)
      line.field("level", "info")
      line.field("msg", "request")
      line.field("request_id", exchange.id)
      if let trace = exchange.trace { line.field("trace_id", trace.traceID) }
      line.field("listener", listener)
      if let owner = handled.label { line.field(label, owner) }
      line.field("peer", handled.client ?? exchange.connection.peer)
      if let method { line.field("method", method.rawValue) }
      if let route = handled.route { line.field("route", route) }
      line.field("status", Int64(handled.response.status.code))
      line.field("duration_us", seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
  }

  private func isDue(_ status: Int) -> Bool {
    guard interval > 0 else { return false }
    if interval == 1 || status >= 500 { return true }
    return count.loadThenWrappingIncrement(ordering: .relaxed) % interval == 0
  }
}

/// Counts the requests of one listener, and logs them.
public struct RequestRecorder: RequestObserver {
  private let metrics: RequestMetrics
  private let log: AccessLog

  public init(metrics: RequestMetrics, log: AccessLog) {
    self.metrics = metrics
    self.log = log
  }

  public func observe(
    _ method: HTTPRequest.Method?, _ handled: HandledRequest, _ exchange: HTTPExchange,
    _ duration: Duration
  ) {
    metrics.record(handled, duration)
    log.record(method, handled, exchange, duration)
  }
}
