import HTTPSupport
import Testing

struct LabelCountersTests {
  @Test func valuesBeyondTheMostThatAreNamedCountTogether() {
    let metrics = PrometheusMetrics()
    var counters = LabelCounters(name: "requests", label: "tenant", factory: metrics)
    for number in 1...(LabelCounters.maximum + 2) {
      counters.counter(for: "tenant-\(number)").increment()
    }
    counters.counter(for: "tenant-1").increment()
    let lines = Set(metrics.render().split(separator: "\n"))
    #expect(lines.contains(#"requests{tenant="tenant-1"} 2"#))
    #expect(lines.contains(#"requests{tenant="other"} 2"#))
    #expect(lines.count == LabelCounters.maximum + 2)
  }
}
