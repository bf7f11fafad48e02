import Atomics
import HTTPSupport
import TestSupport
import Testing

@testable import Gateway

struct ForwardingMetricsTests {
  @Test func errorsAreCountedByKindAndOpenCircuitsAreSeen() async throws {
    let metrics = PrometheusMetrics()
    let port = try Loopback.freePort()
    try await ForwardingGateway.run(before: port, metrics: metrics) { gateway in
      #expect(metrics.render().contains("\nterrace_upstream_circuits_open 0\n"))
      for _ in 0..<CircuitBreaker.threshold { _ = try await gateway.get() }
      #expect(metrics.render().contains("\nterrace_upstream_circuits_open 1\n"))
      _ = try await gateway.get()
    }
    let text = metrics.render()
    let threshold = CircuitBreaker.threshold
    #expect(text.contains("terrace_upstream_errors_total{error=\"unreachable\"} \(threshold)\n"))
    #expect(text.contains("terrace_upstream_errors_total{error=\"circuit_open\"} 1\n"))
  }

  @Test func aSuccessClosesTheCircuit() {
    let metrics = PrometheusMetrics()
    let health = UpstreamHealth(metrics: ForwardingMetrics(factory: metrics)) { .zero }
    let upstream = Upstream(serverName: "a", host: "127.0.0.1", port: 1)
    for _ in 0..<CircuitBreaker.threshold { health.failed(upstream) }
    #expect(metrics.render().contains("terrace_upstream_circuits_open 1\n"))
    health.succeeded(upstream)
    #expect(metrics.render().contains("terrace_upstream_circuits_open 0\n"))
  }

  @Test func aCircuitThatNobodyTriesAnyMoreIsForgotten() {
    let metrics = PrometheusMetrics()
    let time = ManagedAtomic(0)
    let health = UpstreamHealth(metrics: ForwardingMetrics(factory: metrics)) {
      .seconds(time.load(ordering: .relaxed))
    }
    let upstream = Upstream(serverName: "a", host: "a", port: 1)
    for _ in 0..<CircuitBreaker.threshold { health.failed(upstream) }
    health.refresh()
    #expect(metrics.render().contains("\nterrace_upstream_circuits_open 1\n"))
    time.store(Int(CircuitBreaker.memory.components.seconds) + 1, ordering: .relaxed)
    health.refresh()
    #expect(metrics.render().contains("\nterrace_upstream_circuits_open 0\n"))
  }
}
