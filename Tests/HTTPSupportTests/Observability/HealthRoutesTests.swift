import HTTPSupport
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

struct HealthRoutesTests {
  private final class Findings: Sendable {
    let list = Mutex(["the registry is not loaded"])
  }

  @Test func readinessSaysWhatDoesNotWorkThoughRequestsMayCome() async throws {
    let routes = HealthRoutes(
      metrics: PrometheusMetrics(), degradations: { ["the database takes no writes"] },
      findings: { [] })
    try await Application(router: routes.router()).test(.router) { client in
      try await client.execute(uri: "/readyz", method: .get) {
        #expect($0.status == .ok)
        #expect(String(buffer: $0.body) == "ready\ndegraded: the database takes no writes\n")
      }
    }
  }

  @Test func readinessSaysWhatIsInTheWay() async throws {
    let findings = Findings()
    let routes = HealthRoutes(metrics: PrometheusMetrics()) { findings.list.withLock { $0 } }
    try await Application(router: routes.router()).test(.router) { client in
      try await client.execute(uri: "/readyz", method: .get) {
        #expect($0.status == .serviceUnavailable)
        #expect(String(buffer: $0.body) == "not ready: the registry is not loaded\n")
      }
      try await client.execute(uri: "/livez", method: .get) { #expect($0.status == .ok) }
      findings.list.withLock { $0 = [] }
      try await client.execute(uri: "/readyz", method: .get) { #expect($0.status == .ok) }
      try await client.execute(uri: "/metrics", method: .get) {
        #expect($0.headers[.contentType]?.hasPrefix("text/plain; version=0.0.4") == true)
      }
      try await client.execute(uri: "/metrics", method: .post) {
        #expect($0.status == .methodNotAllowed)
      }
    }
  }
}
