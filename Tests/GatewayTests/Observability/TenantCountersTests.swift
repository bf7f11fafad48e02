import HTTPSupport
import Testing

struct TenantCountersTests {
  @Test func tenantsBeyondTheMostThatAreNamedCountTogether() {
    let metrics = PrometheusMetrics()
    var counters = TenantCounters(label: "requests", factory: metrics)
    for number in 1...(RequestMetrics.maximumTenants + 2) {
      counters.counter(for: "tenant-\(number)").increment()
    }
    counters.counter(for: "tenant-1").increment()
    let lines = Set(metrics.render().split(separator: "\n"))
    #expect(lines.contains(#"requests{tenant="tenant-1"} 2"#))
    #expect(lines.contains(#"requests{tenant="other"} 2"#))
    #expect(lines.count == RequestMetrics.maximumTenants + 2)
  }
}
