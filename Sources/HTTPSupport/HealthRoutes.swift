import Hummingbird
import NIOCore

/// `/livez`, `/readyz` and `/metrics`, for the machines that look after the process.
public struct HealthRoutes: Sendable {
  private let metrics: PrometheusMetrics
  private let refresh: @Sendable () -> Void
  private let degradations: @Sendable () -> [String]
  private let findings: @Sendable () -> [String]

  /// - Parameters:
  ///   - refresh: Brings metrics that are looked up, not counted, up to date.
  ///   - degradations: What does not work just now, though the process may get requests.
  ///   - findings: Why the process must get no requests just now; empty if it may.
  public init(
    metrics: PrometheusMetrics, refresh: @escaping @Sendable () -> Void = {},
    degradations: @escaping @Sendable () -> [String] = { [] },
    findings: @escaping @Sendable () -> [String]
  ) {
    self.metrics = metrics
    self.refresh = refresh
    self.degradations = degradations
    self.findings = findings
  }

  public func router() -> Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: ErrorMiddleware())
    router.get("livez") { _, _ in Self.text("alive\n") }
    router.get("readyz") { [findings, degradations] _, _ in
      let reasons = findings()
      let degraded = degradations().map { "degraded: \($0)\n" }.joined()
      return reasons.isEmpty
        ? Self.text("ready\n" + degraded)
        : Self.text(
          reasons.map { "not ready: \($0)\n" }.joined() + degraded, status: .serviceUnavailable)
    }
    router.get("metrics") { [metrics, refresh] _, _ in
      refresh()
      return Self.text(metrics.render(), type: "text/plain; version=0.0.4; charset=utf-8")
    }
    router.refuseOtherMethods()
    return router
  }

  private static func text(
    _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
