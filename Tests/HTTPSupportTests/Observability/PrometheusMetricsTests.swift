import CoreMetrics
import HTTPSupport
import Testing

struct PrometheusMetricsTests {
  @Test func countersAndGaugesArePrintedWithTheirLabels() {
    let metrics = PrometheusMetrics()
    let counter = Counter(
      label: "terrace.requests", dimensions: [("path", "a\"b\\c\nd")], factory: metrics)
    counter.increment(by: 3)
    Counter(label: "terrace.requests", dimensions: [("path", "a\"b\\c\nd")], factory: metrics)
      .increment()
    Meter(label: "terrace_age_seconds", factory: metrics).set(1.5)
    #expect(
      metrics.render() == """
        # TYPE terrace_age_seconds gauge
        terrace_age_seconds 1.5
        # TYPE terrace_requests counter
        terrace_requests{path="a\\"b\\\\c\\nd"} 4

        """)
  }

  @Test func aTimerIsAHistogramInSeconds() {
    let metrics = PrometheusMetrics()
    let timer = Timer(label: "wait", factory: metrics)
    timer.recordMilliseconds(2)
    timer.recordMilliseconds(40)
    timer.recordSeconds(60)
    let lines = Set(metrics.render().split(separator: "\n"))
    #expect(lines.contains(#"wait_seconds_bucket{le="0.001"} 0"#))
    #expect(lines.contains(#"wait_seconds_bucket{le="0.0025"} 1"#))
    #expect(lines.contains(#"wait_seconds_bucket{le="0.05"} 2"#))
    #expect(lines.contains(#"wait_seconds_bucket{le="+Inf"} 3"#))
    #expect(lines.contains("wait_seconds_sum 60.042"))
    #expect(lines.contains("wait_seconds_count 3"))
  }

  @Test func labelSetsAreBounded() {
    let metrics = PrometheusMetrics()
    for number in 0..<5_000 {
      Counter(label: "n", dimensions: [("id", "\(number)")], factory: metrics).increment()
    }
    let lines = metrics.render().split(separator: "\n")
    #expect(lines.count <= PrometheusMetrics.maximumSeries + 2)
    #expect(lines.contains(#"n{id="other"} 4000"#))
  }

  @Test func aNameOfTwoKindsKeepsTheFirst() {
    let metrics = PrometheusMetrics()
    Counter(label: "x", factory: metrics).increment()
    Meter(label: "x", factory: metrics).set(9)
    #expect(metrics.render() == "# TYPE x counter\nx 1\n")
  }

  @Test func aDestroyedMetricIsGone() {
    let metrics = PrometheusMetrics()
    let counter = Counter(label: "x", factory: metrics)
    counter.increment()
    counter.destroy()
    #expect(metrics.render().isEmpty)
  }
}
